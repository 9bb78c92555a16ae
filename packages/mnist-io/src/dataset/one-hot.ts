/** Classes as numbers that a network can be compared with. */
import { integerOption, listOption, shown } from '@convnet/tensor';
import { DatasetError } from '../errors.ts';

/** More are a mistake, and would take gigabytes. */
const MOST_CLASSES = 65_536;

/**
 * Labels as rows of 0 with a single 1 at the label's place: `[N]` to `[N, classCount]`.
 * @throws DatasetError if a label names no class.
 */
export function oneHot(labels: ArrayLike<number>, classCount: number): Float32Array {
  listOption(labels, 'oneHot labels');
  integerOption(classCount, { least: 1, most: MOST_CLASSES }, 'oneHot classCount');
  // Checked before there is room for them: a list may be longer than memory.
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index];
    if (Number.isInteger(label) && label! >= 0 && label! < classCount) continue;
    throw new DatasetError(
      `oneHot: expected labels from 0 to ${classCount - 1}; received ${shown(label)} at ${index}.`,
    );
  }
  const rows = new Float32Array(labels.length * classCount);
  for (let index = 0; index < labels.length; index++) rows[index * classCount + labels[index]!] = 1;
  return rows;
}
