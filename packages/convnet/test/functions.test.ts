/** Activations and their slopes over all of float32, tails included, beside PyTorch's. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { createKernels } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { computed, curves, floats, worstOf } from './functions.ts';

// Node 20 has relaxed SIMD behind a flag.
if (process.versions.node.startsWith('20.')) {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
}

type Band = readonly [low: number, high: number, value: number, slope: number];

const golden = JSON.parse(
  readFileSync(new URL('golden/functions.golden.json', import.meta.url), 'utf8'),
) as Record<string, readonly Band[]>;

/** Of a last place: no rounding gives less. */
const LEAST = 0.5;

describe.each(['simd', 'relaxed'] as const)('%s: as exact as PyTorch', (rung) => {
  const kernels = createKernels(rung, { threads: 1 });

  test.each(curves.map((curve) => [curve.name, curve] as const))('%s', (name, curve) => {
    for (const [low, high, ofValue, ofSlope] of golden[name]!) {
      const inputs = floats(low, high);
      const [values, slopes] = computed(curve, kernels, inputs);
      const hold = (results: ArrayLike<number>, exact: (x: number) => number, bound: number) => {
        const error = worstOf(inputs, results, exact);
        expect(error, `from ${low} to ${high}`).toBeLessThanOrEqual(1.5 * Math.max(bound, LEAST));
      };
      hold(values!.data, curve.value, ofValue);
      if (curve.slope) hold(slopes!.data, curve.slope, ofSlope);
    }
  });
});
