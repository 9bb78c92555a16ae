/**
 * Which classes are taken for which.
 *
 *     counts[actual][predicted]  number of samples
 *     precision of k = of all samples called k, the share that is k
 *     recall of k    = of all samples that are k, the share called k
 */
import {
  argMax,
  isTensor,
  listOption,
  OptionError,
  ShapeError,
  shown,
  type Tensor,
} from '@convnet/tensor';
import type { Metric } from './metric.ts';

/** Precision and recall of one class, 0 … 1; NaN where there is nothing to divide by. */
export interface ClassMetrics {
  readonly precision: number;
  readonly recall: number;
  /** Samples that are of this class. */
  readonly support: number;
}

/** How often each class was taken for each other one. */
export class ConfusionMatrix {
  /** `counts[actual][predicted]`. */
  readonly counts: readonly (readonly number[])[];

  /** @param counts - `counts[actual][predicted]`, as many rows as columns. */
  constructor(counts: readonly (readonly number[])[]) {
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

/**
 * The class that each row of `predictions` `[N, K]` finds likeliest; of equal ones, the first, and −1
 * for a row with NaN.
 */
export function predictedClasses(predictions: Tensor): Int32Array {
  if (!isTensor(predictions) || predictions.shape.length !== 2) {
    const { shape } = (predictions as Partial<Tensor> | undefined | null) ?? {};
    throw new ShapeError(
      `predictedClasses: expected predictions [N, K]; received ${shown(shape ?? predictions)}.`,
    );
  }
  return argMax(predictions);
}

/**
 * Counts the predicted classes, from rows of `predictions` `[N, K]`, against the right ones. A row
 * with NaN predicts no class, and is not counted.
 *
 * @param labels - the right class of each row, 0 … K − 1.
 * @throws ShapeError unless there is a row for each label.
 * @throws OptionError for a label outside the classes.
 * @example
 * ```ts
 * const matrix = confusionMatrix(test.labels, model.predict(test.images));
 * console.log(matrix.accuracy, matrix.counts[3]![5]); // how many a 3 is taken for a 5
 * ```
 */
export function confusionMatrix(labels: ArrayLike<number>, predictions: Tensor): ConfusionMatrix {
  const predicted = predictedClasses(predictions);
  listOption(labels, 'confusionMatrix labels');
  if (labels.length !== predicted.length) {
    throw new ShapeError(
      `confusionMatrix: expected a row of predictions for each of ${labels.length} labels; received ${predicted.length} rows.`,
    );
  }
  const K = predictions.shape[1]!;
  const classes = Int32Array.from(labels, (label, n) => {
    if (Number.isInteger(label) && label >= 0 && label < K) return label;
    throw new OptionError(
      `confusionMatrix labels[${n}]: expected a class from 0 to ${K - 1}; received ${shown(label)}.`,
    );
  });
  const counts = new Float64Array(K * K);
  confusionCounts.add(counts, {
    probabilities: predictions.data,
    labels: classes,
    guesses: predicted,
    classCount: K,
  });
  return matrixOf([...counts], K);
}

/** Counts a confusion matrix batch by batch; it has no one value. */
export const confusionCounts: Metric = {
  name: 'confusionMatrix',
  countsFor: (classCount) => classCount * classCount,
  add(counts, { labels, guesses, classCount }) {
    for (const [n, label] of labels.entries()) {
      const guess = guesses[n]!;
      if (guess >= 0) counts[label * classCount + guess]! += 1;
    }
  },
  value: () => NaN,
};

/** The matrix that {@link confusionCounts} counted. */
export function matrixOf(counts: readonly number[], classCount: number): ConfusionMatrix {
  return new ConfusionMatrix(
    Array.from({ length: classCount }, (_, k) =>
      counts.slice(k * classCount, (k + 1) * classCount),
    ),
  );
}
