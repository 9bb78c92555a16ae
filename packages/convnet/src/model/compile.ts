/** What `compile` accepts, and what training uses. */
import type { BaseLayer } from '../layers/layer.ts';
import { binaryCrossentropy } from '../losses/binary-crossentropy.ts';
import { categoricalCrossentropy } from '../losses/categorical-crossentropy.ts';
import type { Loss } from '../losses/loss.ts';
import { meanSquaredError } from '../losses/mean-squared-error.ts';
import { sparseCategoricalCrossentropy } from '../losses/sparse-categorical-crossentropy.ts';
import { accuracy } from '../metrics/accuracy.ts';
import type { Metric } from '../metrics/metric.ts';
import { adam, adamW } from '../optimizers/adam.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { rmsprop } from '../optimizers/rmsprop.ts';
import { sgd } from '../optimizers/sgd.ts';
import { LossPasses } from '../training/loss-passes.ts';

const optimizers = { adam, adamW, rmsprop, sgd };
const losses = {
  binaryCrossentropy,
  categoricalCrossentropy,
  meanSquaredError,
  sparseCategoricalCrossentropy,
};

/** Names stand for the defaults: `'adam'` for `adam()`. */
export interface CompileOptions {
  readonly optimizer: Optimizer | keyof typeof optimizers;
  readonly loss: Loss | keyof typeof losses;
  /** What to measure beside the loss and the accuracy, such as `topKAccuracy({ k: 3 })`. */
  readonly metrics?: readonly Metric[];
}

/** How a network is trained and judged. */
export interface CompiledSettings {
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  /** The accuracy and what else is measured. */
  readonly metrics: readonly Metric[];
  /** What was recorded of the network with this loss. */
  readonly passes: LossPasses;
}

/** Resolves names, and checks that the loss fits the network's last layer. */
export function compileSettings(options: CompileOptions, lastLayer: BaseLayer): CompiledSettings {
  const { optimizer, loss } = options;
  const settings = {
    optimizer: typeof optimizer === 'string' ? optimizers[optimizer]() : optimizer,
    loss: typeof loss === 'string' ? losses[loss]() : loss,
    metrics: withAccuracy(options.metrics ?? []),
    passes: new LossPasses(),
  };
  const { name, activation, fromLogits } = settings.loss;
  if (activation === undefined) return settings;
  const endsWithIt = lastLayer.passesToLogits?.activation === activation;
  if (!fromLogits && !endsWithIt) {
    throw new Error(
      `compile: ${name} expects the model to end with ${activation}(); it ends with ${lastLayer.label}. Add ${activation}(), or use ${name}({ fromLogits: true }).`,
    );
  }
  if (fromLogits && lastLayer.passesToLogits) {
    throw new Error(
      `compile: ${name}({ fromLogits: true }) expects a model without softmax() or sigmoid() at its end. Leave out fromLogits.`,
    );
  }
  return settings;
}

/** Names of logs that are taken. */
const TAKEN = ['loss', 'samplesSeen', 'samplesPerEpoch'];

function withAccuracy(metrics: readonly Metric[]): Metric[] {
  const all = [accuracy(), ...metrics.filter(({ name }) => name !== 'accuracy')];
  const twice = all.find(
    ({ name }, i) => TAKEN.includes(name) || all.findIndex((other) => other.name === name) < i,
  );
  if (twice) {
    throw new Error(
      `compile: expected metrics with names of their own; ${JSON.stringify(twice.name)} is taken. Give it another name.`,
    );
  }
  return all;
}
