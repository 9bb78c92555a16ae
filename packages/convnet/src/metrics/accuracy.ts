/** Shares of samples whose right class has the largest probability, or one of the k largest. */
import { checkOptions, positiveInteger } from '@convnet/tensor';
import type { Metric } from './metric.ts';

/** The share of samples whose right class has the largest probability; of equal ones, the first counts. */
export function accuracy(): Metric {
  return {
    name: 'accuracy',
    countsFor: () => 2,
    add(counts, { labels, guesses }) {
      for (let n = 0; n < labels.length; n++) counts[0]! += labels[n] === guesses[n] ? 1 : 0;
      counts[1]! += labels.length;
    },
    value: (counts) => counts[0]! / counts[1]!,
  };
}

/** Options of {@link topKAccuracy}. */
export interface TopKAccuracyOptions {
  /** How many guesses each sample has; default 5. */
  readonly k?: number;
  /** Default `top3Accuracy` for k = 3, and so on. */
  readonly name?: string;
}

/**
 * The share of samples for which fewer than k classes have a larger probability than the right one.
 *
 * @throws OptionError unless k is a whole number of at least 1.
 * @example
 * ```ts
 * model.compile({ optimizer: 'adam', loss, metrics: [topKAccuracy({ k: 3 })] });
 * ```
 */
export function topKAccuracy(options: TopKAccuracyOptions = {}): Metric {
  checkOptions(options, 'k name', 'topKAccuracy');
  const k = positiveInteger(options.k ?? 5, 'topKAccuracy k');
  const { name = `top${k}Accuracy` } = options;
  return {
    name,
    countsFor: () => 2,
    add(counts, { probabilities, labels, guesses, classCount }) {
      for (let n = 0; n < labels.length; n++) {
        const row = probabilities.subarray(n * classCount, (n + 1) * classCount);
        const own = row[labels[n]!]!;
        let larger = 0;
        for (const other of row) larger += other > own ? 1 : 0;
        // Beside NaN there is no order: such a sample has no guess and is not right, as in Keras.
        counts[0]! += larger < k && guesses[n]! >= 0 ? 1 : 0;
      }
      counts[1]! += labels.length;
    },
    value: (counts) => counts[0]! / counts[1]!,
  };
}
