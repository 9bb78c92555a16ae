/** The class that a row of scores or probabilities stands for. */
import type { FloatArray } from '@convnet/tensor';

/** For each row of `classCount` numbers, the index of the largest; of equal ones, the first. */
export function argmax(rows: FloatArray, classCount: number): Int32Array {
  return Int32Array.from({ length: rows.length / classCount }, (_, n) => {
    let best = 0;
    for (let k = 1; k < classCount; k++) {
      if (rows[n * classCount + k]! > rows[n * classCount + best]!) best = k;
    }
    return best;
  });
}
