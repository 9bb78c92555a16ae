/** Gradients of batches of any size are as exact as those of small ones. */
import { createKernels, Tensor } from '@convnet/tensor';
import { expect, test } from 'vitest';
import {
  batchNormalization,
  dense,
  globalAveragePooling2d,
  sequential,
  sgd,
} from '../src/index.ts';

/** The rounding of one addition. */
const ROUNDING = 2 ** -24;

test.each([0.7, 0.3, 0.1, 0.21])('the gradients of 60,000 samples, all %f', async (value) => {
  const samples = 60_000;
  const model = sequential({
    inputShape: [1],
    kernels: createKernels('simd', { threads: 2 }),
    layers: [dense({ units: 1, kernelInitializer: 'zeros' })],
  });
  model.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'meanSquaredError' });
  const x = new Tensor(new Float32Array(samples).fill(value), [samples, 1]);
  const targets = new Float32Array(samples).fill(-0.5);
  await model.fit(x, targets, { batchSize: 'full', shuffle: false });
  const [weight, bias] = model.layers[0]!.parameters.map(({ gradient }) => gradient.data[0]!);
  // d/db (b + 0.5)² = 1, in shares of 1 / 60,000, which is itself rounded.
  const share = Math.fround(1 / samples) * samples;
  expect(Math.abs(bias! / share - 1) / ROUNDING).toBeLessThan(16);
  // Products are added one after the other within a piece, as PyTorch does throughout.
  expect(Math.abs(weight! / (share * Math.fround(value)) - 1) / ROUNDING).toBeLessThan(128);
});

test('the statistics of a batch of 10,000 images', async () => {
  const samples = 10_000;
  const model = sequential({
    inputShape: [28, 28, 1],
    kernels: createKernels('simd', { threads: 2 }),
    layers: [batchNormalization({ momentum: 0 }), globalAveragePooling2d(), dense({ units: 1 })],
  });
  model.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'meanSquaredError' });
  const x = Tensor.zeros([samples, 28, 28, 1]);
  // Strokes on a dark ground, normalised as MNIST is: mean 0.1307, deviation 0.3081.
  for (let i = 0; i < x.size; i++) x.data[i] = ((i % 7 === 0 ? 0.9 : 0.01) - 0.1307) / 0.3081;
  await model.fit(x, new Float32Array(samples), { batchSize: 'full', shuffle: false });
  let [mean, variance] = [0, 0];
  for (const value of x.data) mean += value / x.size;
  for (const value of x.data) variance += (value - mean) ** 2 / x.size;
  const [runningMean, runningVariance] = model.layers[0]!.state.map(({ value }) => value.data[0]!);
  expect(Math.abs(runningMean! - mean)).toBeLessThan(1e-6);
  expect(Math.abs(runningVariance! / variance - 1)).toBeLessThan(1e-6);
});
