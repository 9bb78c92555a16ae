/** The class that a row of scores or probabilities stands for. */
import type { FloatArray } from '@convnet/tensor/inference';

/**
 * For each row of `classCount` numbers, the index of the largest; of equal ones, the first. −1 for a
 * row with NaN, which has no largest.
 */
export function argmax(rows: FloatArray, classCount: number): Int32Array {
  return Int32Array.from({ length: rows.length / classCount }, (_, n) => {
    const first = n * classCount;
    let best = 0;
    for (let k = 0; k < classCount; k++) {
      const value = rows[first + k]!;
      if (Number.isNaN(value)) return -1;
      if (value > rows[first + best]!) best = k;
    }
    return best;
  });
}
