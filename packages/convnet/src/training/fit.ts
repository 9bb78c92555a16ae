/**
 * The training loop: every epoch visits all samples once, in a new random order, batch by batch;
 * every batch makes one step against the gradient of its mean loss.
 */
import type { Network } from '../model/network.ts';
import type { Targets } from '../losses/loss.ts';
import type { BatchLogs, Callback, EpochLogs } from './callbacks.ts';
import { checkCount, FitOptionError } from '../samples/check-count.ts';
import { EventLoopTurn } from './event-loop.ts';
import { evaluate } from './evaluate.ts';
import { gradientStep } from './gradient-step.ts';
import { labelledSamples, type LabelledSamples } from './labelled-samples.ts';
import type { Samples } from '../samples/samples.ts';

/** Options of `fit`. */
export interface FitOptions {
  /** Passes over the data; default 1. */
  readonly epochs?: number;
  /** Samples per optimizer step; default 32. `'full'` takes all of them in one step. */
  readonly batchSize?: number | 'full';
  /** Visit the samples in a new random order each epoch (default), or in their own. */
  readonly shuffle?: boolean;
  /** Share of the samples, taken from the end before shuffling, to validate with; default 0. */
  readonly validationSplit?: number;
  /** Samples and targets to validate with; goes before `validationSplit`. */
  readonly validationData?: readonly [Samples, Targets];
  readonly callbacks?: readonly Callback[];
  /** Ends training after the current batch; `fit` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What training came to, epoch by epoch. */
export interface History {
  /** Numbers of the epochs, from 0. */
  readonly epoch: number[];
  readonly history: {
    readonly loss: number[];
    readonly accuracy: number[];
    readonly valLoss: number[];
    readonly valAccuracy: number[];
  };
}

function trainingAndValidation(
  model: Network,
  x: Samples,
  y: Targets,
  { validationSplit = 0, validationData }: FitOptions,
): [LabelledSamples, LabelledSamples | undefined] {
  const all = labelledSamples(model, x, y, 'fit');
  if (validationData) return [all, labelledSamples(model, ...validationData, 'fit validationData')];
  if (!(validationSplit >= 0 && validationSplit < 1)) {
    throw new FitOptionError(
      `fit validationSplit: expected a number of at least 0 and below 1; received ${validationSplit}.`,
    );
  }
  const trainingCount = Math.floor(all.targets.count * (1 - validationSplit));
  if (trainingCount === all.targets.count) return [all, undefined];
  if (trainingCount === 0) {
    throw new FitOptionError(
      `fit validationSplit: ${validationSplit} of ${all.targets.count} samples leaves none to train on.`,
    );
  }
  return [
    { ...all, indices: all.indices.subarray(0, trainingCount) },
    { ...all, indices: all.indices.subarray(trainingCount) },
  ];
}

async function trainEpoch(
  model: Network,
  data: LabelledSamples,
  batchSize: number,
  { callbacks = [], signal }: FitOptions,
  turn: EventLoopTurn,
): Promise<BatchLogs> {
  const { indices } = data;
  let loss = 0;
  let correct = 0;
  let logs: BatchLogs | undefined;
  for (let start = 0, batch = 0; start < indices.length; start += batchSize, batch++) {
    const result = gradientStep(model, data, indices.subarray(start, start + batchSize));
    loss += result.lossSum;
    correct += result.correct;
    const samplesSeen = Math.min(start + batchSize, indices.length);
    logs = {
      loss: loss / samplesSeen,
      accuracy: correct / samplesSeen,
      samplesSeen,
      samplesPerEpoch: indices.length,
    };
    for (const callback of callbacks) await callback.onBatchEnd?.(batch, logs);
    if (turn.isOver) await turn.pause();
    signal?.throwIfAborted();
  }
  return logs!;
}

/** What `model.fit` does. */
export async function fit(
  model: Network,
  x: Samples,
  y: Targets,
  options: FitOptions,
): Promise<History> {
  const { epochs = 1, batchSize = 32, shuffle = true, callbacks = [], signal } = options;
  checkCount(epochs, 'fit epochs');
  if (batchSize !== 'full') checkCount(batchSize, 'fit batchSize');
  const [training, validation] = trainingAndValidation(model, x, y, options);
  const size = batchSize === 'full' ? training.indices.length : batchSize;
  const result: History = {
    epoch: [],
    history: { loss: [], accuracy: [], valLoss: [], valAccuracy: [] },
  };
  const turn = new EventLoopTurn();
  signal?.throwIfAborted();
  for (const callback of callbacks) await callback.onTrainBegin?.();
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const callback of callbacks) await callback.onEpochBegin?.(epoch);
    const indices = training.indices.slice();
    if (shuffle) model.shuffleRandom.shuffle(indices);
    const { loss, accuracy } = await trainEpoch(
      model,
      { ...training, indices, epoch },
      size,
      options,
      turn,
    );
    const logs: EpochLogs = { loss, accuracy, ...(await validate(model, validation, signal)) };
    result.epoch.push(epoch);
    for (const key of ['loss', 'accuracy', 'valLoss', 'valAccuracy'] as const) {
      const value = logs[key];
      if (value !== undefined) result.history[key].push(value);
    }
    for (const callback of callbacks) await callback.onEpochEnd?.(epoch, logs);
  }
  for (const callback of callbacks) await callback.onTrainEnd?.();
  return result;
}

async function validate(
  model: Network,
  validation: LabelledSamples | undefined,
  signal: AbortSignal | undefined,
): Promise<{ valLoss?: number; valAccuracy?: number }> {
  if (!validation) return {};
  const { loss, accuracy } = await evaluate(model, validation, { signal });
  return { valLoss: loss, valAccuracy: accuracy };
}
