/**
 * Normalisation of numbers whose mean is far from 0 and whose deviations are near the rounding of
 * float32 there: 1000 ± 1e-4, where neighbours are 6e-5 apart. PyTorch 1.13 rounds the mean, and is
 * off by up to half a deviation in outputs, and by 4 % to 5e-7 in the variance.
 */
import { setFlagsFromString } from 'node:v8';
import {
  createKernels,
  RandomStreams,
  referenceKernels,
  type DType,
  type Kernels,
} from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { batchNormalization, layerNormalization, type Layer } from '../src/index.ts';
import { trainingContext } from '../src/layers/training-context.ts';

// Node 20 has relaxed SIMD behind a flag.
if (process.versions.node.startsWith('20.')) {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
}

const CASES = [
  ['batch', () => batchNormalization({ epsilon: 1e-12, momentum: 0 }), [1000, 3]],
  ['batch, of few', () => batchNormalization({ epsilon: 1e-12, momentum: 0 }), [37, 3]],
  [
    'batch, not scaled',
    () => batchNormalization({ epsilon: 0, scale: false, center: false }),
    [500, 2],
  ],
  ['layer', () => layerNormalization({ epsilon: 1e-12 }), [3, 1000]],
  ['layer, not scaled', () => layerNormalization({ epsilon: 0, scale: false }), [5, 64]],
] as const;

/** Outputs, gradients and statistics, computed in `dtype` from the same numbers of float32. */
function passes(layer: Layer, shape: readonly number[], kernels: Kernels, dtype: DType) {
  const random = new RandomStreams(1).stream('far mean test');
  layer.name = 'layer';
  layer.build([{ shape: shape.slice(1) }], trainingContext(kernels, dtype, 0));
  const x = kernels.createTensor(shape, dtype);
  const dOutput = kernels.createTensor(shape, dtype);
  for (let i = 0; i < x.size; i++) {
    x.data[i] = Math.fround(1000 + 1e-4 * random.normal());
    dOutput.data[i] = Math.fround(random.normal());
  }
  const output = layer.forward([x], true);
  const [dInput] = layer.backward(dOutput, [true]);
  const gradients = layer.parameters.map(({ gradient }) => gradient);
  return [output, dInput!, ...gradients, ...layer.state.map(({ value }) => value)];
}

describe.each(['reference', 'simd', 'relaxed'] as const)('%s: about a far mean', (rung) => {
  test.each(CASES)('%s', (_, make, shape) => {
    const kernels = createKernels(rung, { threads: 1 });
    const actual = passes(make(), shape, kernels, 'float32');
    const expected = passes(make(), shape, referenceKernels, 'float64');
    for (const [part, { data }] of expected.entries()) {
      const largest = Math.max(...Array.from(data, Math.abs));
      for (const [i, value] of data.entries()) {
        expect(Math.abs(actual[part]!.data[i]! - value) / largest).toBeLessThan(2e-6);
      }
    }
  });
});
