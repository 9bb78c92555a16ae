import type { FloatArray } from '@convnet/tensor';

/** Sum of the losses of a batch, in float64 and in their order. */
export function sumOf(losses: FloatArray): number {
  let sum = 0;
  for (const loss of losses) sum += loss;
  return sum;
}
