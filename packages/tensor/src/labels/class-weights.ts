/** Weights against classes of different sizes. */
import { integerOption } from '../options.ts';
import { checkLabels, MOST_CLASSES } from './one-hot.ts';

/**
 * Weights of the classes that make all count the same: n / (k · count) for n labels of k classes, or 0
 * for a class without labels, which is not counted in k either. The weights of all samples add up to n.
 * They are the "balanced" ones of scikit-learn, and what `fit` takes as `classWeight`.
 *
 * @param labels - whole numbers from 0 to `classCount` − 1.
 * @throws OptionError if a label names no class.
 * @example
 * ```ts
 * classWeights([0, 1, 1], 2); // [1.5, 0.75]
 * ```
 */
export function classWeights(labels: ArrayLike<number>, classCount: number): number[] {
  integerOption(classCount, { least: 1, most: MOST_CLASSES }, 'classWeights classCount');
  checkLabels(labels, classCount, 'classWeights');
  const counts = new Array<number>(classCount).fill(0);
  for (const label of Array.from(labels)) counts[label]! += 1;
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 0 : labels.length / (present * count)));
}
