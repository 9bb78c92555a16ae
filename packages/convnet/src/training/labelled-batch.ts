/** Batches that come with their targets, one after the other. */
import { checkOptions, isTensor, kindOf, OptionError, shown } from '@convnet/tensor';
import type { Targets } from '../losses/loss.ts';
import { isStream, type Stream } from '../samples/stream.ts';
import type { Samples } from '../samples/samples.ts';
import type { CompiledNetwork } from './compile.ts';
import { labelledSamples, type LabelledSamples } from './labelled-samples.ts';
import { weighted, type ClassWeights } from './sample-weights.ts';

/** Some samples with their targets. Its arrays must not change once it was given. */
export interface LabelledBatch {
  /** The samples: a tensor `[N, …inputShape]`, or a source that is read at once. */
  readonly x: Samples;
  /** Their N targets. */
  readonly y: Targets;
  /** Factor of the loss of each sample; 1 without. */
  readonly sampleWeight?: ArrayLike<number> | undefined;
}

/**
 * Batches to train on or to evaluate, of any sizes: a list, a generator, or anything else for `for await`.
 * A function makes them anew for each epoch. The next batch is asked for while one is computed, so
 * what makes batches must not use the network that is trained.
 *
 * @example
 * ```ts
 * const batches: BatchStream = async function* (epoch, signal) {
 *   for (let part = 0; part < 100; part++) {
 *     const answer = await fetch(`/epochs/${epoch}/${part}`, { signal });
 *     const { images, labels } = await answer.json();
 *     yield { x: Tensor.from(images), y: labels };
 *   }
 * };
 * await model.fit(batches, { epochs: 5 });
 * ```
 */
export type BatchStream = Stream<LabelledBatch>;

/** Whether a value is a stream of batches, and not a list of something else. */
export function isBatchStream(value: unknown): value is BatchStream {
  if (Array.isArray(value) && value.length > 0 && !isBatch(value[0])) return false;
  return isStream(value);
}

const isBatch = (value: unknown): value is LabelledBatch =>
  kindOf(value) === 'Object' && 'x' in (value as object);

/**
 * A batch of a stream, checked against the network.
 * @throws OptionError, ShapeError or TargetError if it is none, or does not fit.
 */
export function checkedBatch(
  compiled: CompiledNetwork,
  batch: LabelledBatch,
  classWeight: ClassWeights | undefined,
  where: string,
): LabelledSamples {
  if (!isBatch(batch)) {
    throw new OptionError(
      `${where}: expected a batch { x, y } of samples and targets; received ${shown(batch)}.`,
    );
  }
  checkOptions(batch, 'x y sampleWeight', where);
  const { x, y, sampleWeight } = batch;
  const weights = { sampleWeight, ...(classWeight && { classWeight }) };
  return weighted(labelledSamples(compiled, x, y, where), weights, where);
}

/**
 * Whether arguments are a stream of batches and perhaps options, and not samples with targets.
 */
export const areBatches = (x: unknown, y: unknown): x is BatchStream =>
  isStream(x) && (y === undefined || (kindOf(y) === 'Object' && !isTensor(y)));
