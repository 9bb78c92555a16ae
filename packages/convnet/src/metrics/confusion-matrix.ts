/**
 * Which classes are taken for which.
 *
 *     counts[actual][predicted]  number of samples
 *     precision of k = of all samples called k, the share that is k
 *     recall of k    = of all samples that are k, the share called k
 */

/** Precision and recall of one class, 0 … 1; NaN where there is nothing to divide by. */
export interface ClassMetrics {
  readonly precision: number;
  readonly recall: number;
  /** Samples that are of this class. */
  readonly support: number;
}

/** Counts pairs of actual and predicted class. */
export class ConfusionMatrix {
  /** `counts[actual][predicted]`. */
  readonly counts: readonly (readonly number[])[];

  /** Classes are numbers from 0 to `classCount` − 1; the first two arguments pair up. */
  constructor(actual: ArrayLike<number>, predicted: ArrayLike<number>, classCount: number) {
    const counts = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
    for (let i = 0; i < actual.length; i++) counts[actual[i]!]![predicted[i]!]! += 1;
    this.counts = counts;
  }

  /** Number of samples. */
  get total(): number {
    return this.counts.flat().reduce((sum, count) => sum + count, 0);
  }

  /** Share of samples on the diagonal, 0 … 1. */
  get accuracy(): number {
    const correct = this.counts.reduce((sum, row, k) => sum + row[k]!, 0);
    return correct / this.total;
  }

  /** Precision and recall of every class. */
  get perClass(): ClassMetrics[] {
    return this.counts.map((row, k) => {
      const support = row.reduce((sum, count) => sum + count, 0);
      const called = this.counts.reduce((sum, other) => sum + other[k]!, 0);
      return { precision: row[k]! / called, recall: row[k]! / support, support };
    });
  }
}
