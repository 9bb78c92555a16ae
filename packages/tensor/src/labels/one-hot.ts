/** Classes as numbers that a network can be compared with. */
import { OptionError } from '../errors.ts';
import { integerOption, listOption, shown } from '../options.ts';
import { Tensor } from '../tensor.ts';

/** More are a mistake, and would take gigabytes. */
export const MOST_CLASSES = 65_536;

/**
 * Labels as rows of 0 with a single 1 at the label's place: `[N]` to `[N, classCount]`, float32.
 *
 * @param labels - whole numbers from 0 to `classCount` − 1.
 * @throws OptionError if a label names no class.
 * @example
 * ```ts
 * oneHot([2, 0], 3).data; // 0, 0, 1, 1, 0, 0
 * ```
 */
export function oneHot(labels: ArrayLike<number>, classCount: number): Tensor {
  integerOption(classCount, { least: 1, most: MOST_CLASSES }, 'oneHot classCount');
  // Checked before there is room for them: a list may be longer than memory.
  checkLabels(labels, classCount, 'oneHot');
  const rows = Tensor.zeros([labels.length, classCount]);
  for (let n = 0; n < labels.length; n++) rows.data[n * classCount + labels[n]!] = 1;
  return rows;
}

/** @throws OptionError unless `labels` is a list of whole numbers below `classCount`. */
export function checkLabels(labels: ArrayLike<number>, classCount: number, where: string): void {
  listOption(labels, `${where} labels`);
  for (let n = 0; n < labels.length; n++) {
    const label: unknown = labels[n];
    if (Number.isInteger(label) && (label as number) >= 0 && (label as number) < classCount) {
      continue;
    }
    const range = Number.isFinite(classCount) ? `from 0 to ${classCount - 1}` : 'of at least 0';
    throw new OptionError(
      `${where} labels: expected whole numbers ${range}; received ${shown(label)} at ${n}.`,
    );
  }
}
