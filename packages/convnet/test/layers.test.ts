/**
 * Layers on random shapes: on every rung, forward and backward pass, parameters and state come out
 * as by the reference in float64, for each number of threads alike.
 */
import { setFlagsFromString } from 'node:v8';
import {
  createKernels,
  RandomStreams,
  referenceKernels,
  type DType,
  type Kernels,
  type Shape,
  type Tensor,
} from '@convnet/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  batchNormalization,
  conv2d,
  decodeModel,
  dense,
  elu,
  encodeModel,
  flatten,
  gelu,
  layerNormalization,
  layers,
  leakyRelu,
  sequential,
  sigmoid,
  silu,
  spatialDropout2d,
  tanh,
  type ActivationName,
  type Layer,
} from '../src/index.ts';
import { trainingContext } from '../src/layers/training-context.ts';

// Node 20 has relaxed SIMD behind a flag.
if (process.versions.node.startsWith('20.')) {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
}

const vectors = fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 2, max: 30 }));
const images = fc.tuple(
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 2, max: 5 }),
  fc.integer({ min: 2, max: 5 }),
  fc.integer({ min: 1, max: 21 }),
);
const any = fc.oneof(vectors, images);

const cases: readonly (readonly [string, () => Layer, fc.Arbitrary<readonly number[]>])[] = [
  ['leakyRelu', leakyRelu, any],
  ['elu', elu, any],
  ['gelu', gelu, any],
  ['gelu approximate', () => gelu({ approximate: true }), any],
  ['sigmoid', sigmoid, any],
  ['silu', silu, any],
  ['tanh', tanh, any],
  ['conv2d, tanh', () => conv2d({ filters: 5, kernelSize: 2, activation: 'tanh' }), images],
  ['dense, relu', () => dense({ units: 5, activation: 'relu' }), vectors],
  ['batchNormalization', batchNormalization, any],
  ['batchNormalization bare', () => batchNormalization({ center: false, scale: false }), any],
  ['layerNormalization', layerNormalization, any],
  ['layerNormalization bare', () => layerNormalization({ center: false, scale: false }), any],
  ['spatialDropout2d', () => spatialDropout2d({ rate: 0.3 }), images],
];

/** All that a layer computes of a batch of this shape, as one program forward and one backward. */
function results(make: () => Layer, shape: Shape, kernels: Kernels, dtype: DType): number[][] {
  const layer = make();
  layer.name = 'layer';
  layer.build([{ shape: shape.slice(1) }], trainingContext(kernels, dtype, 1));
  const random = new RandomStreams(2).stream('layers test');
  const draw = (tensor: Tensor): Tensor => {
    for (let i = 0; i < tensor.size; i++) tensor.data[i] = Math.fround(random.normal());
    return tensor;
  };
  for (const { value } of layer.parameters) draw(value);
  const input = draw(kernels.createTensor(shape, dtype));
  const dOutput = draw(kernels.createTensor([shape[0]!, ...layer.outputShape], dtype));
  const passes: Tensor[] = [];
  const program = kernels.record(() => {
    passes[0] = layer.forwardPass([input], true);
    for (const { gradient } of layer.parameters) kernels.clear(gradient);
    passes[1] = layer.backwardPass(dOutput, [true])[0]!;
  });
  program.run();
  expect(program.onReference).toEqual([]);
  const found = [
    ...passes,
    ...layer.parameters.map(({ gradient }) => gradient),
    ...layer.state.map(({ value }) => value),
  ].map(({ data }) => [...data]);
  return [...found, [...layer.forwardPass([input], false).data]];
}

describe.each(['simd', 'relaxed'] as const)('%s', (rung) => {
  const kernels = createKernels(rung, { threads: 2 });

  test.each(cases)('%s', (_, make, shapes) => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const expected = results(make, shape, referenceKernels, 'float64');
        const actual = results(make, shape, kernels, 'float32');
        expect(actual).toHaveLength(expected.length);
        for (const [part, numbers] of expected.entries()) {
          // A gradient may cancel to nothing: errors are relative to what was added up.
          const largest = Math.max(...numbers.map(Math.abs), 1);
          numbers.forEach((value, i) => {
            if (!(Math.abs(actual[part]![i]! - value) <= 1e-5 * largest)) {
              expect.fail(`part ${part}[${i}]: expected ${value}, received ${actual[part]![i]}`);
            }
          });
        }
      }),
      { seed: 1, numRuns: 25 },
    );
  });
});

const all = () =>
  sequential({
    inputShape: [7, 6, 2],
    seed: 4,
    layers: [
      conv2d({ filters: 3, kernelSize: 3, activation: 'silu' }),
      batchNormalization({ momentum: 0.5, epsilon: 1e-5 }),
      leakyRelu({ negativeSlope: 0.1 }),
      spatialDropout2d({ rate: 0.1 }),
      elu({ alpha: 0.5 }),
      gelu({ approximate: true }),
      flatten(),
      layerNormalization({ scale: false }),
      sigmoid(),
      tanh(),
      layers.activation({ activation: 'gelu' }),
      dense({ units: 4, activation: 'softmax', kernelRegularizer: { l1: 0, l2: 0.01 } }),
    ],
  });

test('a network of all of them is trained, saved and loaded byte by byte', async () => {
  const model = all();
  const random = new RandomStreams(3).stream('samples');
  const x = referenceKernels.createTensor([40, 7, 6, 2], 'float32');
  for (let i = 0; i < x.size; i++) x.data[i] = 3 + random.normal();
  const labels = Array.from({ length: 40 }, (_, i) => i % 4);
  model.compile({ optimizer: 'adamW', loss: 'sparseCategoricalCrossentropy' });
  await model.fit(x, labels, { epochs: 2, batchSize: 8 });
  const bytes = encodeModel(model);
  const loaded = decodeModel(bytes);
  expect(encodeModel(loaded)).toEqual(bytes);
  expect(loaded.config()).toEqual(model.config());
  expect(loaded.predict(x).data).toEqual(model.predict(x).data);
  expect(model.layers[1]!.state.map(({ value }) => value.data[0])).not.toEqual([0, 1]);
  expect(loaded.layers[1]!.state.map(({ value }) => value.data)).toEqual(
    model.layers[1]!.state.map(({ value }) => value.data),
  );
  // 6 of the 6 + 6 numbers of batch normalisation are its running statistics.
  const trainable = model.parameters.reduce((sum, { value }) => sum + value.size, 0);
  expect(model.countParams()).toBe(trainable + 6);
  const lines: string[] = [];
  model.summary({ printFn: (line) => void lines.push(line) });
  expect(lines.at(-2)).toMatch(/^Total: \d+ parameters \(6 not trainable\), /);
});

test.each<ActivationName>([
  'elu',
  'gelu',
  'leakyRelu',
  'linear',
  'relu',
  'sigmoid',
  'silu',
  'softmax',
  'tanh',
])('the option activation: %s is as a layer of its own', (name) => {
  const inOptions = sequential({
    inputShape: [5],
    layers: [dense({ units: 7, activation: name, name: 'd' })],
  });
  const behind = sequential({
    inputShape: [5],
    layers: [dense({ units: 7, name: 'd' }), layers.activation({ activation: name })],
  });
  const x = referenceKernels.createTensor([3, 5], 'float32');
  x.data.forEach((_, i) => (x.data[i] = i - 7));
  expect(inOptions.predict(x).data).toEqual(behind.predict(x).data);
  expect(inOptions.layers[0]!.config()['activation']).toBe(name === 'linear' ? undefined : name);
});

test('an activation that there is not is refused', () => {
  expect(() => dense({ units: 1, activation: 'swish' as 'silu' })).toThrow(
    /^dense activation: expected one of elu, gelu, .*, linear; received "swish"\./,
  );
  expect(() => batchNormalization({ momentum: 1 })).toThrow(
    'batchNormalization momentum: expected a number of at least 0 and below 1; received 1.',
  );
  expect(() => layerNormalization({ epsilon: -1 })).toThrow(
    'layerNormalization epsilon: expected a finite number of at least 0; received -1.',
  );
});
