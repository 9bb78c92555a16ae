import type { Random } from '@convnet/tensor';

/** A ratio from 1 / `most` to `most`, equally likely to be above and below 1. */
export function drawnRatio(random: Random, most: number): number {
  const change = random.uniform(1 - most, most - 1);
  return change >= 0 ? 1 + change : 1 / (1 - change);
}
