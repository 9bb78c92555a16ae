/** Which activations dropout keeps. */
import type { Random } from '../random.ts';
import type { Tensor } from '../tensor.ts';

const RANGE_OF_UINT32 = 2 ** 32;

/** Each element is 0 with probability `rate`, else 1 / (1 − rate). */
export function dropoutMask(mask: Tensor, rate: number, random: Random): void {
  const kept = 1 / (1 - rate);
  const threshold = rate * RANGE_OF_UINT32;
  for (let i = 0; i < mask.size; i++) mask.data[i] = random.uint32() < threshold ? 0 : kept;
}
