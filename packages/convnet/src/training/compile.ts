/** The options of `compile`, and the compiled network: one that can be trained and evaluated. */
import {
  choiceOption,
  listOption,
  OptionError,
  shown,
  StateError,
  type Tensor,
} from '@convnet/tensor';
import type { Layer } from '../layers/layer.ts';
import type { Parameter } from '../layers/layer-tensors.ts';
import { binaryCrossentropy } from '../losses/binary-crossentropy.ts';
import { categoricalCrossentropy } from '../losses/categorical-crossentropy.ts';
import type { Loss } from '../losses/loss.ts';
import { huber } from '../losses/huber.ts';
import { meanAbsoluteError } from '../losses/mean-absolute-error.ts';
import { meanSquaredError } from '../losses/mean-squared-error.ts';
import { sparseCategoricalCrossentropy } from '../losses/sparse-categorical-crossentropy.ts';
import { probabilitiesOf } from '../losses/probabilities.ts';
import { accuracy, topKAccuracy } from '../metrics/accuracy.ts';
import type { Metric } from '../metrics/metric.ts';
import { f1Score, precision, recall } from '../metrics/precision-recall.ts';
import { backwardPass } from '../network/backward-pass.ts';
import type { Observer } from '../network/forward-pass.ts';
import type { PassNode } from '../network/graph.ts';
import type { TrainableNetwork } from '../network/trainable-network.ts';
import { adam, adamW } from '../optimizers/adam.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { rmsprop } from '../optimizers/rmsprop.ts';
import { sgd } from '../optimizers/sgd.ts';
import { BatchPasses } from './batch-passes.ts';

const optimizers = { adam, adamW, rmsprop, sgd };
const losses = {
  binaryCrossentropy,
  categoricalCrossentropy,
  huber,
  meanAbsoluteError,
  meanSquaredError,
  sparseCategoricalCrossentropy,
};
const metrics = { accuracy, f1Score, precision, recall, topKAccuracy };

/** Names stand for the defaults: `'adam'` for `adam()`. */
export interface CompileOptions {
  readonly optimizer: Optimizer | keyof typeof optimizers;
  readonly loss: Loss | keyof typeof losses;
  /** Metrics beside the loss, such as `'accuracy'` or `topKAccuracy({ k: 3 })`; default none. */
  readonly metrics?: readonly (Metric | keyof typeof metrics)[];
}

/** A network, and how it is trained and judged. */
export class CompiledNetwork {
  readonly network: TrainableNetwork;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  /** The metrics, beside the loss. */
  readonly metrics: readonly Metric[];
  /** The layers that are trained; changed only by compiling again. */
  readonly trainedLayers: readonly Layer[];
  /** The parameters of {@link CompiledNetwork.trainedLayers}. */
  readonly parameters: readonly Parameter[];
  /** The recorded passes of the network with this loss. */
  readonly passes: BatchPasses;
  /** The network's nodes, without an activation at its end that the loss contains. */
  readonly #toLogits: readonly PassNode[];

  /**
   * Resolves names, and checks that the loss fits the network's last layer.
   * @throws OptionError if it does not, or if two metrics have one name.
   */
  constructor(network: TrainableNetwork, options: CompileOptions) {
    const { optimizer, loss } = options;
    this.network = network;
    this.optimizer = named<Optimizer, keyof typeof optimizers>('optimizer', optimizer, optimizers);
    this.loss = named('loss', loss, losses);
    this.metrics = metricsOf(options.metrics ?? []);
    this.trainedLayers = network.layers.filter(({ trainable }) => trainable);
    this.parameters = this.trainedLayers.flatMap(({ parameters }) => parameters);
    this.passes = new BatchPasses(network);
    const { nodes } = network.graph;
    const { layer, inputs } = nodes.at(-1)!;
    checkLoss(this.loss, layer);
    const containsLast = this.loss.activation !== undefined && !this.loss.fromLogits;
    this.#toLogits = containsLast
      ? [...nodes.slice(0, -1), { layer: layer.passesToLogits, inputs }]
      : nodes;
  }

  /** @throws StateError if a layer's `trainable` was changed and the model not compiled since. */
  checkTrainable(): void {
    const trained = new Set(this.trainedLayers);
    const changed = this.network.layers.find((layer) => layer.trainable !== trained.has(layer));
    if (!changed) return;
    throw new StateError(
      `${changed.label} trainable: expected what it was when the model was compiled; received ${changed.trainable}. Call compile() again.`,
    );
  }

  /**
   * Gives back the memory that training took. What the optimizer remembers of the parameters stays
   * with it.
   */
  release(): void {
    this.passes.release();
    this.optimizer.release(this.parameters, this.network.kernels);
  }

  /** Runs the layers up to the logits: all but an activation at their end that the loss contains. */
  forwardToLogits(input: Tensor, training: boolean, observe?: Observer): Tensor {
    return this.network.forward(input, training, this.#toLogits, observe);
  }

  /**
   * Adds the gradients of all parameters for the batch of the last forward pass.
   * @param dLogits - gradient of the loss with respect to the logits.
   * @param needsInputGradient - also compute the gradient of the network's input, and return it.
   */
  backwardFromLogits(
    dLogits: Tensor,
    needsInputGradient = false,
    observe?: Observer,
  ): Tensor | undefined {
    return backwardPass(this.#toLogits, dLogits, needsInputGradient, this.network, observe);
  }

  /** The network's outputs, by kernel calls alone: its logits `[N, K]` after their activation. */
  probabilitiesOf(logits: Tensor): Tensor {
    const { kernels, workspace } = this.network;
    const [N, ...sample] = logits.shape;
    const room = workspace.tensor('probabilities', N!, sample);
    return probabilitiesOf(kernels, this.loss, logits, room);
  }
}

/**
 * A choice by name, made with its defaults; or the object that was given.
 * @throws OptionError for other names, and for values that are neither.
 */
function named<T extends object, Name extends string>(
  option: string,
  choice: T | Name,
  makers: Readonly<Record<Name, () => T>>,
): T {
  const given: unknown = choice;
  if (typeof given === 'object' && given !== null) return given as T;
  const names = Object.keys(makers) as Name[];
  return makers[choiceOption(given, names, `compile ${option}`)]();
}

/** @throws OptionError if the loss does not fit the network's last layer. */
function checkLoss({ name, activation, fromLogits }: Loss, lastLayer: Layer): void {
  if (activation === undefined) return;
  const endsWithIt = lastLayer.finalActivation === activation;
  if (!fromLogits && !endsWithIt) {
    throw new OptionError(
      `compile: ${name} expects the model to end with ${activation}(); it ends with ${lastLayer.label}. Add ${activation}(), or use ${name}({ fromLogits: true }).`,
    );
  }
  if (fromLogits && lastLayer.finalActivation) {
    throw new OptionError(
      `compile: ${name}({ fromLogits: true }) expects a model without softmax() or sigmoid() at its end. Leave out fromLogits.`,
    );
  }
}

/** Names of logs that are taken. */
const TAKEN = ['loss', 'samplesSeen', 'samplesPerEpoch'];

/** @throws OptionError if two logs would have one name. */
function metricsOf(chosen: NonNullable<CompileOptions['metrics']>): Metric[] {
  const all = listOption(chosen, 'compile metrics').map((metric) =>
    named('metrics', metric, metrics),
  );
  const twice = all.find(
    ({ name }, i) => TAKEN.includes(name) || all.findIndex((other) => other.name === name) < i,
  );
  if (twice) {
    throw new OptionError(
      `compile: expected metrics with names of their own; ${shown(twice.name)} is taken. Give it another name.`,
    );
  }
  return all;
}
