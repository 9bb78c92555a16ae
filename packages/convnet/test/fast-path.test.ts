/** The WebAssembly kernels under whole networks: none leaves work to the reference unnoticed. */
import { setFlagsFromString } from 'node:v8';
import { createKernels, referenceKernels, type Kernels, type Program } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
  adam,
  adamW,
  batchNormalization,
  conv2d,
  createPreset,
  dense,
  dropout,
  elu,
  flatten,
  gelu,
  l1,
  l2,
  layerNormalization,
  leakyRelu,
  maxPooling2d,
  relu,
  rmsprop,
  sequential,
  sgd,
  sigmoid,
  silu,
  softmax,
  spatialDropout2d,
  type Model,
} from '../src/index.ts';
import { knottyNetwork } from './branching-networks.ts';
import { expectSameBits, fifteenConvolutions, someData } from './thread-counts.ts';
import { windowedNetwork } from './windowed-network.ts';

// Node 20 has relaxed SIMD behind a flag.
if (process.versions.node.startsWith('20.')) {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
}

/** Input of odd sizes, windows of 5 × 5 and 1 × 1, strides of 2, padding. */
const odd = (kernels: Kernels): Model =>
  sequential({
    inputShape: [29, 31, 3],
    seed: 1,
    kernels,
    layers: [
      conv2d({ filters: 7, kernelSize: 5, strides: 2, padding: 'same' }),
      relu(),
      maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      conv2d({ filters: 13, kernelSize: 1 }),
      relu(),
      conv2d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
      relu(),
      maxPooling2d({ poolSize: 2, strides: 1 }),
      flatten(),
      dropout({ rate: 0.2 }),
      dense({ units: 11 }),
      relu(),
      dense({ units: 3 }),
      softmax(),
    ],
  });

/** Normalisation, smooth activations, dropped channels and regularizers, of odd sizes. */
const normalised = (kernels: Kernels): Model =>
  sequential({
    inputShape: [11, 9, 3],
    seed: 1,
    kernels,
    layers: [
      conv2d({ filters: 7, kernelSize: 3, useBias: false, kernelRegularizer: l2(1e-3) }),
      batchNormalization(),
      silu(),
      spatialDropout2d({ rate: 0.2 }),
      conv2d({ filters: 9, kernelSize: 3, strides: 2, activation: 'gelu' }),
      layerNormalization(),
      elu(),
      leakyRelu(),
      flatten(),
      dense({ units: 13, activation: 'tanh', kernelRegularizer: l1(1e-3) }),
      batchNormalization(),
      sigmoid(),
      gelu({ approximate: true }),
      dense({ units: 3, activation: 'softmax' }),
    ],
  });
const windowed = (kernels: Kernels): Model => windowedNetwork({ seed: 1, kernels });

const networks: readonly (readonly [string, (kernels: Kernels) => Model])[] = [
  ...(['simple', 'lenet5', 'cnn'] as const).map(
    (name) => [name, (kernels: Kernels) => createPreset(name, { seed: 1, kernels })] as const,
  ),
  ['a network of odd sizes', odd],
  ['a residual network', fifteenConvolutions],
  ['a network of windows on channels apart', windowed],
  ['a network that branches', (kernels: Kernels) => knottyNetwork({ seed: 1, kernels })],
  ['a normalised network', normalised],
];

describe.each(networks)('%s', (_, make) => {
  test.each([
    ['adam', adam()],
    ['adamW with clipping by value', adamW({ clipValue: 0.1 })],
    ['rmsprop, centered, with clipping by norm', rmsprop({ centered: true, clipNorm: 1 })],
    [
      'sgd with momentum and clipping',
      sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.01, globalClipNorm: 1 }),
    ],
  ] as const)('trains by %s on fast kernels alone', async (_, optimizer) => {
    const real = createKernels('simd', { threads: 2 });
    const programs: Program[] = [];
    const kernels = Object.assign(Object.create(real) as Kernels, {
      record(steps: () => void): Program {
        const program = real.record(steps);
        programs.push(program);
        return program;
      },
    });
    const model = make(kernels);
    model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy' });
    const { x, labels } = someData(model, 21);
    await model.fit(x, labels, { batchSize: 8, validationSplit: 0.2 });
    model.predict(x);
    expect(programs.length).toBeGreaterThanOrEqual(5);
    expect(programs.flatMap(({ onReference }) => onReference)).toEqual([]);
  });

  test.each(['simd', 'relaxed'] as const)('%s trains as the reference does', async (rung) => {
    const run = async (kernels: Kernels): Promise<readonly number[]> => {
      const model = make(kernels);
      model.compile({
        optimizer: sgd({ learningRate: 0.01 }),
        loss: 'sparseCategoricalCrossentropy',
      });
      const { x, labels } = someData(model, 16);
      await model.fit(x, labels, { batchSize: 8, shuffle: false, epochs: 2 });
      return [
        ...model.predict(x).data,
        ...model.parameters.flatMap(({ value }) => [...value.data]),
      ];
    };
    const [actual, expected] = [await run(createKernels(rung)), await run(referenceKernels)];
    const largest = Math.max(...expected.map(Math.abs));
    expect(actual).toHaveLength(expected.length);
    const error = Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)));
    expect(error).toBeLessThanOrEqual(1e-5 * largest);
  });
});

describe.each(['simd', 'relaxed'] as const)('%s', (rung) => {
  // `thread-counts.verify.ts` has more of both.
  test.each([
    ['a network of windows on channels apart', windowed],
    ['a network that branches', (kernels: Kernels) => knottyNetwork({ seed: 1, kernels })],
  ])('%s has the same bits on any number of threads', (_, make) => expectSameBits(make, rung, [3]));
});

test('training takes no more memory after the first epoch, however many follow', async () => {
  const real = createKernels('simd', { threads: 1 });
  let taken = 0;
  let recorded = 0;
  const kernels = Object.assign(Object.create(real) as Kernels, {
    createTensor(...of: Parameters<Kernels['createTensor']>) {
      taken += 1;
      return real.createTensor(...of);
    },
    record(steps: () => void) {
      recorded += 1;
      return real.record(steps);
    },
  });
  const model = odd(kernels);
  model.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' });
  const { x, labels } = someData(model, 21);
  const train = { batchSize: 8, validationSplit: 0.2 };
  await model.fit(x, labels, train);
  const before = { taken, recorded };
  await model.fit(x, labels, { ...train, epochs: 100 });
  expect({ taken, recorded }).toEqual(before);
});
