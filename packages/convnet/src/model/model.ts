/**
 * A network that can be trained, whatever graph its layers form; and `model`, which makes one from
 * its input and its output. Names, options and defaults follow Keras' Model.
 */
import {
  createKernels,
  formatShape,
  RandomStreams,
  ShapeError,
  Tensor,
  type DType,
  type Kernels,
  type Random,
} from '@convnet/tensor';
import type { BaseLayer } from '../layers/layer.ts';
import type { Parameter } from '../layers/layer-tensors.ts';
import type { Targets } from '../losses/loss.ts';
import { evaluate, type EvaluateOptions, type Evaluation } from '../training/evaluate.ts';
import { fit, type FitOptions, type History } from '../training/fit.ts';
import { labelledSamples } from '../training/labelled-samples.ts';
import type { WeightOptions } from '../training/sample-weights.ts';
import { trainOnBatch } from '../training/train-on-batch.ts';
import type { Samples } from '../samples/samples.ts';
import { backwardPass } from './backward-pass.ts';
import { compileSettings, type CompiledSettings, type CompileOptions } from './compile.ts';
import { InferenceModel, type BuildOptions, type NetworkOptions } from './inference-model.ts';
import type { PassNode } from './graph.ts';
import type { Network, Observer } from './network.ts';
import { traceGraph, type SingleTensor } from './trace-graph.ts';

/** Options of a network that can be trained. */
export interface TrainableOptions {
  readonly name?: string;
  /** Root of all random numbers: initial weights, order of samples, dropout. Default 0. */
  readonly seed?: number;
  /** Number format; default `float32`. `float64` is slower, and exact enough to check gradients. */
  readonly dtype?: DType;
  /** The arithmetic to compute with; default the fastest that the engine runs, on all its cores. */
  readonly kernels?: Kernels;
}

/** Options of {@link model}. */
export interface ModelOptions extends TrainableOptions {
  /** What `input()` gave. */
  readonly inputs: SingleTensor;
  /** What applying the last layer gave. */
  readonly outputs: SingleTensor;
}

/** Made by {@link model} and `sequential`; what a {@link Network} has is described there. */
export class Model extends InferenceModel implements Network {
  readonly seed: number;
  readonly shuffleRandom: Random;
  readonly #kernels: Kernels;
  #compiled: CompiledSettings | undefined;

  constructor(options: NetworkOptions & TrainableOptions, build: BuildOptions = {}) {
    const { seed = 0, dtype = 'float32' } = options;
    // float64 is for exactness: only the reference computes it.
    const kernels = options.kernels ?? createKernels(dtype === 'float64' ? 'reference' : 'auto');
    super(options, kernels, build);
    this.seed = seed;
    this.#kernels = kernels;
    this.shuffleRandom = new RandomStreams(seed).stream('shuffle');
  }

  override get kernels(): Kernels {
    return this.#kernels;
  }

  get parameters(): Parameter[] {
    return this.layers.flatMap((layer) => layer.parameters);
  }

  get classCount(): number {
    if (this.outputShape.length !== 1) {
      throw new ShapeError(
        `${this.name}: expected output [N, classes]; received ${formatShape(['N', ...this.outputShape])}. End the model with flatten() and dense().`,
      );
    }
    return this.outputShape[0]!;
  }

  get compiled(): CompiledSettings {
    if (!this.#compiled) {
      throw new Error(
        `${this.name} is not compiled. Call model.compile({ optimizer, loss }) first.`,
      );
    }
    return this.#compiled;
  }

  /**
   * Chooses how the network is trained and judged.
   *
   * @throws Error if the loss does not fit the network's last layer.
   * @example
   * ```ts
   * model.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' });
   * ```
   */
  compile(options: CompileOptions): void {
    this.#compiled = compileSettings(options, this.layers.at(-1)!);
  }

  get usesWholeBatch(): boolean {
    return this.layers.some((layer) => layer.usesWholeBatch);
  }

  forwardToLogits(input: Tensor, training: boolean, observe?: Observer): Tensor {
    return this.forwardThrough(this.#nodesToLogits, input, training, observe);
  }

  backwardFromLogits(
    dLogits: Tensor,
    needsInputGradient = false,
    observe?: Observer,
  ): Tensor | undefined {
    return backwardPass(this.#nodesToLogits, dLogits, needsInputGradient, this, observe);
  }

  /** The network's nodes, without an activation at its end that the loss contains. */
  get #nodesToLogits(): readonly PassNode[] {
    const { nodes } = this.graph;
    const { layer, inputs } = nodes.at(-1)!;
    const { activation, fromLogits } = this.compiled.loss;
    const passes = activation && !fromLogits ? layer.passesToLogits : undefined;
    return passes ? [...nodes.slice(0, -1), { layer: passes, inputs }] : nodes;
  }

  /**
   * Trains on samples `x` and targets `y`.
   *
   * @throws FitOptionError, TargetError or ShapeError for arguments that do not fit, before
   * anything is changed; the signal's reason if `options.signal` aborts.
   * @example
   * ```ts
   * await model.fit(train.images, train.labels, { epochs: 5, batchSize: 32 });
   * ```
   */
  fit(x: Samples, y: Targets, options: FitOptions = {}): Promise<History> {
    return fit(this, x, y, options);
  }

  /**
   * Makes one step on the samples `x`, as one batch, for training loops of your own.
   *
   * @returns the mean loss and the metrics of the batch, before the step. If the loss is not a finite
   * number, the step is not made.
   * @throws as {@link Model.fit} does.
   * @example
   * ```ts
   * const { loss } = model.trainOnBatch(images, labels);
   * ```
   */
  trainOnBatch(x: Samples, y: Targets, options: WeightOptions = {}): Evaluation {
    return trainOnBatch(this, x, y, options);
  }

  /** Mean loss and accuracy on samples `x` and targets `y`; throws as {@link Model.fit} does. */
  async evaluate(x: Samples, y: Targets, options: EvaluateOptions = {}): Promise<Evaluation> {
    return evaluate(this, labelledSamples(this, x, y, 'evaluate'), options);
  }

  /** The layer with a name. @throws Error if there is none. */
  getLayer(name: string): BaseLayer {
    const layer = this.layers.find((candidate) => candidate.name === name);
    if (layer) return layer;
    const names = this.layers.map((candidate) => candidate.name).join(', ');
    throw new Error(`${this.name}: expected one of the layers ${names}; received "${name}".`);
  }

  getWeights(): Tensor[] {
    return this.weights.map(({ data, shape }) => new Tensor(data.slice(), shape));
  }

  setWeights(weights: readonly Tensor[]): void {
    const own = this.weights;
    const shapes = (tensors: readonly Tensor[]): string =>
      tensors.map(({ shape }) => formatShape(shape)).join(', ');
    if (shapes(own) !== shapes(weights)) {
      throw new ShapeError(
        `${this.name} setWeights: expected ${shapes(own)}; received ${shapes(weights)}.`,
      );
    }
    for (const [i, { data }] of own.entries()) data.set(weights[i]!.data);
  }
}

/**
 * A network whose layers form a graph without cycles: branches that begin at one tensor, and layers
 * such as `add` that join them.
 *
 * @throws LayerOptionError unless there is one input and one output that depends on it alone, or if
 * two layers have one name.
 * @throws ShapeError if a layer cannot take what it is applied to.
 * @example
 * ```ts
 * const x = input({ shape: [28, 28, 1] });
 * const y = relu().apply(conv2d({ filters: 8, kernelSize: 3, padding: 'same' }).apply(x));
 * const z = conv2d({ filters: 8, kernelSize: 3, padding: 'same' }).apply(y);
 * const flat = flatten().apply(relu().apply(add().apply([y, z])));
 * const network = model({ inputs: x, outputs: softmax().apply(dense({ units: 10 }).apply(flat)) });
 * ```
 */
export function model({ inputs, outputs, name = 'model', ...options }: ModelOptions): Model {
  return new Model({ ...options, name, graph: traceGraph(inputs, outputs) });
}
