/** Sums of up to 10,000 terms, on every rung, beside the exactness of PyTorch's. */
import { describe, expect, test } from 'vitest';
import { implementations } from './implementations.ts';
import { inexactSums, longSums } from './long-sums.ts';

const inFloat32 = implementations.filter(({ dtype }) => dtype === 'float32');

describe.each(inFloat32)('$title: long sums stay exact', ({ kernels }) => {
  test.each(longSums.map((sum) => [sum.name, sum] as const))('%s', (_, sum) => {
    expect([1e3, 1e4].flatMap((length) => inexactSums(sum, kernels, length))).toEqual([]);
  });
});
