/** Classes as numbers that a network can be compared with. */
import { DatasetError } from '../errors.ts';

/**
 * Labels as rows of 0 with a single 1 at the label's place: `[N]` to `[N, classCount]`.
 * @throws DatasetError if a label names no class.
 */
export function oneHot(labels: ArrayLike<number>, classCount: number): Float32Array {
  const rows = new Float32Array(labels.length * classCount);
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index]!;
    if (!Number.isInteger(label) || label < 0 || label >= classCount) {
      throw new DatasetError(
        `oneHot: expected labels from 0 to ${classCount - 1}; received ${label} at ${index}.`,
      );
    }
    rows[index * classCount + label] = 1;
  }
  return rows;
}
