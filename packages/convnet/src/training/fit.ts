/**
 * Options of `model.fit`. The loop itself is in `training-run.ts`.
 */
import {
  checkOptions,
  integerOption,
  numberOption,
  OptionError,
  positiveInteger,
  shown,
  signalOption,
} from '@convnet/tensor';
import type { Targets } from '../losses/loss.ts';
import type { Samples } from '../samples/samples.ts';
import type { Callback } from './callbacks.ts';
import type { CompiledNetwork } from './compile.ts';
import type { History } from './history.ts';
import { labelledSamples, type LabelledSamples } from './labelled-samples.ts';
import { weighted, type WeightOptions } from './sample-weights.ts';
import { TrainingRun } from './training-run.ts';

/** Options of `fit`. */
export interface FitOptions extends WeightOptions {
  /** Passes over the data; default 1. */
  readonly epochs?: number;
  /** The epoch to begin with, from 0; default 0. Training ends with epoch `epochs` − 1. */
  readonly initialEpoch?: number;
  /** Samples per optimizer step; default 32. `'full'` takes all of them in one step. */
  readonly batchSize?: number | 'full';
  /** Visit the samples in a new random order each epoch (default), or in their own. */
  readonly shuffle?: boolean;
  /** Share of the samples, taken from the end before shuffling, to validate with; default 0. */
  readonly validationSplit?: number;
  /**
   * Samples and targets to validate with, and perhaps the weight of each sample; takes precedence over
   * `validationSplit`.
   */
  readonly validationData?:
    readonly [Samples, Targets] | readonly [Samples, Targets, sampleWeight: ArrayLike<number>];
  readonly callbacks?: readonly Callback[];
  /** Ends training after the current batch; `fit` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * A checkpoint of the same training, which then goes on as if it had not been interrupted: the
   * final weights are the same, bit for bit.
   */
  readonly resumeFrom?: Uint8Array;
}

const FIT_OPTIONS =
  'epochs initialEpoch batchSize shuffle validationSplit validationData callbacks signal resumeFrom classWeight sampleWeight';

function trainingAndValidation(
  compiled: CompiledNetwork,
  x: Samples,
  y: Targets,
  options: FitOptions,
): [LabelledSamples, LabelledSamples | undefined] {
  const { validationSplit = 0, validationData } = options;
  const plain = labelledSamples(compiled, x, y, 'fit');
  const all = weighted(plain, options, 'fit');
  if (validationData) {
    const [inputs, targets, sampleWeight] = validationData;
    const where = 'fit validationData';
    const data = labelledSamples(compiled, inputs, targets, where);
    return [all, weighted(data, { sampleWeight }, where)];
  }
  numberOption(validationSplit, { least: 0, below: 1 }, 'fit validationSplit');
  const trainingCount = Math.floor(all.targets.count * (1 - validationSplit));
  if (trainingCount === all.targets.count) return [all, undefined];
  if (trainingCount === 0) {
    throw new OptionError(
      `fit validationSplit: ${validationSplit} of ${all.targets.count} samples leaves none to train on.`,
    );
  }
  // As in Keras, samples keep their weights, and classes have none.
  const { sampleWeight } = options;
  const validation = weighted(plain, { sampleWeight }, 'fit');
  return [
    { ...all, indices: all.indices.subarray(0, trainingCount) },
    { ...validation, indices: all.indices.subarray(trainingCount) },
  ];
}

/** @throws OptionError unless `callbacks` is a list of objects: a maker of one has to be called. */
function checkCallbacks(callbacks: readonly Callback[]): void {
  const wrong: unknown = Array.isArray(callbacks)
    ? callbacks.find((callback: unknown) => typeof callback !== 'object' || callback === null)
    : callbacks;
  if (wrong === undefined) return;
  throw new OptionError(
    `fit callbacks: expected a list of callbacks, such as [earlyStopping()]; received ${shown(wrong)}.`,
  );
}

/** `model.fit`. */
export async function fit(
  compiled: CompiledNetwork,
  x: Samples,
  y: Targets,
  options: FitOptions,
): Promise<History> {
  checkOptions(options, FIT_OPTIONS, 'fit');
  const { epochs = 1, batchSize = 32, initialEpoch = 0 } = options;
  compiled.checkTrainable();
  positiveInteger(epochs, 'fit epochs');
  integerOption(initialEpoch, { least: 0 }, 'fit initialEpoch');
  if (batchSize !== 'full') positiveInteger(batchSize, 'fit batchSize');
  checkCallbacks(options.callbacks ?? []);
  signalOption(options.signal, 'fit');
  const [training, validation] = trainingAndValidation(compiled, x, y, options);
  const run = new TrainingRun(compiled, training, validation, {
    epochs,
    initialEpoch,
    batchSize: batchSize === 'full' ? training.indices.length : batchSize,
    shuffle: options.shuffle ?? true,
    callbacks: options.callbacks ?? [],
    signal: options.signal,
  });
  return run.run(options.resumeFrom);
}
