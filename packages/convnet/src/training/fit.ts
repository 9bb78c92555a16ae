/**
 * Options of `model.fit`, on samples or on a stream of batches. The loop itself is in `training-run.ts`.
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
import { evaluate, evaluationOf } from './evaluate.ts';
import type { History } from './history.ts';
import { isBatchStream, type BatchStream } from './labelled-batch.ts';
import { labelledSamples, type LabelledSamples } from './labelled-samples.ts';
import { weighted, type WeightOptions } from './sample-weights.ts';
import { StreamedBatches } from './streamed-batches.ts';
import { SamplesInBatches } from './training-batches.ts';
import { TrainingRun, type RunSettings, type Validation } from './training-run.ts';

/** Options of `fit` for whatever is trained on. */
export interface TrainingOptions extends Pick<WeightOptions, 'classWeight'> {
  /** Passes over the data; default 1. */
  readonly epochs?: number;
  /** The epoch to begin with, from 0; default 0. Training ends with epoch `epochs` − 1. */
  readonly initialEpoch?: number;
  /**
   * Samples and targets to validate with, and perhaps the weight of each sample; or a stream of batches, of
   * which a function is called after each epoch. Takes precedence over `validationSplit`.
   */
  readonly validationData?:
    | readonly [Samples, Targets]
    | readonly [Samples, Targets, sampleWeight: ArrayLike<number>]
    | BatchStream;
  /** Batches of a stream to validate with; default all that come. */
  readonly validationSteps?: number;
  readonly callbacks?: readonly Callback[];
  /** Ends training after the current batch; `fit` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * A checkpoint of the same training, which then goes on as if it had not been interrupted: the
   * final weights are the same, bit for bit.
   */
  readonly resumeFrom?: Uint8Array;
}

/** Options of `fit` on samples. */
export interface FitOptions extends TrainingOptions, WeightOptions {
  /** Samples per optimizer step; default 32. `'full'` takes all of them in one step. */
  readonly batchSize?: number | 'full';
  /** Visit the samples in a new random order each epoch (default), or in their own. */
  readonly shuffle?: boolean;
  /** Share of the samples, taken from the end before shuffling, to validate with; default 0. */
  readonly validationSplit?: number;
}

/** Options of `fit` on a stream of batches. */
export interface BatchFitOptions extends TrainingOptions {
  /**
   * Batches of an epoch; by default all that the stream has. With it, a generator may be endless: each epoch
   * goes on where the one before has ended.
   */
  readonly stepsPerEpoch?: number;
}

const TRAINING_OPTIONS =
  'epochs initialEpoch validationData validationSteps callbacks signal resumeFrom classWeight';

/** Checks what all trainings take, and gives them their defaults. */
function runSettings(compiled: CompiledNetwork, options: TrainingOptions): RunSettings {
  const { epochs = 1, initialEpoch = 0, callbacks = [], signal, validationSteps } = options;
  compiled.checkTrainable();
  positiveInteger(epochs, 'fit epochs');
  integerOption(initialEpoch, { least: 0 }, 'fit initialEpoch');
  if (validationSteps !== undefined) positiveInteger(validationSteps, 'fit validationSteps');
  checkCallbacks(callbacks);
  signalOption(signal, 'fit');
  return { epochs, initialEpoch, callbacks, signal };
}

/** How to evaluate after each epoch, if there is something to do it with. */
function validationOf(
  compiled: CompiledNetwork,
  { validationData, validationSteps: steps, signal }: TrainingOptions,
): Validation | undefined {
  if (!validationData) return undefined;
  const where = 'fit validationData';
  if (isBatchStream(validationData)) {
    const settings = { steps, signal };
    const batches = new StreamedBatches(compiled, validationData, where, settings);
    return async (epoch) => (await evaluationOf(compiled, batches, settings, epoch)).evaluation;
  }
  const [x, y, sampleWeight] = validationData;
  const data = weighted(labelledSamples(compiled, x, y, where), { sampleWeight }, where);
  return async () => (await evaluate(compiled, data, { signal })).evaluation;
}

/** Divides the samples, where there is no other data to validate with. */
function trainingAndValidation(
  compiled: CompiledNetwork,
  x: Samples,
  y: Targets,
  options: FitOptions,
): [LabelledSamples, Validation | undefined] {
  const { validationSplit = 0, signal, sampleWeight } = options;
  const plain = labelledSamples(compiled, x, y, 'fit');
  const all = weighted(plain, options, 'fit');
  const given = validationOf(compiled, options);
  if (given) return [all, given];
  numberOption(validationSplit, { least: 0, below: 1 }, 'fit validationSplit');
  const trainingCount = Math.floor(all.targets.count * (1 - validationSplit));
  if (trainingCount === all.targets.count) return [all, undefined];
  if (trainingCount === 0) {
    throw new OptionError(
      `fit validationSplit: ${validationSplit} of ${all.targets.count} samples leaves none to train on.`,
    );
  }
  const indices = all.indices.subarray(trainingCount);
  // As in Keras, samples keep their weights, and classes have none.
  const validation = { ...weighted(plain, { sampleWeight }, 'fit'), indices };
  return [
    { ...all, indices: all.indices.subarray(0, trainingCount) },
    async () => (await evaluate(compiled, validation, { signal })).evaluation,
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

/** `model.fit` on samples. */
export async function fit(
  compiled: CompiledNetwork,
  x: Samples,
  y: Targets,
  options: FitOptions,
): Promise<History> {
  checkOptions(
    options,
    `${TRAINING_OPTIONS} batchSize shuffle validationSplit sampleWeight`,
    'fit',
  );
  const settings = runSettings(compiled, options);
  const { batchSize = 32, shuffle = true } = options;
  if (batchSize !== 'full') positiveInteger(batchSize, 'fit batchSize');
  const [training, validation] = trainingAndValidation(compiled, x, y, options);
  const batches = new SamplesInBatches(training, compiled.network, {
    batchSize: batchSize === 'full' ? training.indices.length : batchSize,
    shuffle,
    signal: options.signal,
  });
  return new TrainingRun(compiled, batches, validation, settings).run(options.resumeFrom);
}

/** `model.fit` on a stream of batches. */
export async function fitBatches(
  compiled: CompiledNetwork,
  stream: BatchStream,
  options: BatchFitOptions,
): Promise<History> {
  checkOptions(options, `${TRAINING_OPTIONS} stepsPerEpoch`, 'fit');
  const settings = runSettings(compiled, options);
  const { stepsPerEpoch: steps, classWeight, signal } = options;
  if (steps !== undefined) positiveInteger(steps, 'fit stepsPerEpoch');
  const validation = validationOf(compiled, options);
  const { initialEpoch } = settings;
  const reading = { steps, classWeight, signal, initialEpoch };
  const batches = new StreamedBatches(compiled, stream, 'fit', reading);
  return new TrainingRun(compiled, batches, validation, settings).run(options.resumeFrom);
}
