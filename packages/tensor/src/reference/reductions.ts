/** Reductions of whole tensors for training: a gradient's norm, and setting it to zero. */
import type { Tensor } from '../tensor.ts';

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
