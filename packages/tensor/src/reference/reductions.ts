/** Kernels that make few numbers of many, and zeros of all. */
import type { Tensor } from '../tensor.ts';

/** Index of the largest element of each row of `[N, K]`; of equal ones, the first. */
export function argmaxRows(x: Tensor, output: Int32Array): void {
  const K = x.shape.at(-1)!;
  for (let row = 0; row < x.size; row += K) {
    let largest = 0;
    for (let k = 1; k < K; k++) {
      if (x.data[row + k]! > x.data[row + largest]!) largest = k;
    }
    output[row / K] = largest;
  }
}

/** `Σ x²`. */
export function sumOfSquares(x: Tensor): number {
  let sum = 0;
  for (const value of x.data) sum += value * value;
  return sum;
}

/** Sets every element to 0. */
export function clear({ data }: Tensor): void {
  data.fill(0);
}
