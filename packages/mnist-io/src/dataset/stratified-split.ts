/** Parts of a data set that have its classes in the same proportions. */
import type { Random } from '@convnet/tensor';

/**
 * Divides the indices of `labels` in two, each in ascending order. Of n_c images of class c, the
 * first part gets `fraction` · n_c, rounded so that it has `fraction` · n in all, rounded.
 */
export function stratifiedSplit(
  labels: Uint8Array,
  classCount: number,
  fraction: number,
  random: Random,
): [first: Uint32Array, rest: Uint32Array] {
  const ofClass = Array.from({ length: classCount }, (): number[] => []);
  labels.forEach((label, index) => ofClass[label]!.push(index));
  const first: number[] = [];
  const rest: number[] = [];
  let seen = 0;
  for (const indices of ofClass) {
    random.shuffle(indices);
    // Rounding sums, not each class, keeps the rounding errors from adding up.
    const share = Math.round(fraction * (seen + indices.length)) - Math.round(fraction * seen);
    seen += indices.length;
    indices.forEach((index, place) => (place < share ? first : rest).push(index));
  }
  return [Uint32Array.from(first).sort(), Uint32Array.from(rest).sort()];
}
