/**
 * Measures of how well a network classifies, computed batch by batch: a metric counts, and its
 * value is a function of the counts. So it can be put into checkpoints and summed over batches.
 */
import type { FloatArray } from '@convnet/tensor';

/** A batch of N samples and K classes, as metrics see it. */
export interface ClassifiedBatch {
  /** The network's answers `[N, K]`, row after row. */
  readonly probabilities: FloatArray;
  /** The right class of each sample. */
  readonly labels: Int32Array;
  /** The class with the largest probability of each sample; −1 where one is NaN. */
  readonly guesses: Int32Array;
  readonly classCount: number;
}

/** A measure of how well a network classifies, counted batch by batch. */
export interface Metric {
  /** Its name in logs and in the history; prefixed with `val` for validation. */
  readonly name: string;
  /** How many counts it keeps for `classCount` classes. They start at zero. */
  countsFor(classCount: number): number;
  /** Adds a batch to the counts. */
  add(counts: Float64Array, batch: ClassifiedBatch): void;
  /** The value of the metric for these counts, usually 0 … 1. */
  value(counts: Float64Array, classCount: number): number;
}
