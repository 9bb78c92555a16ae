/** What `@convnet/convnet/inference` loads by itself, and what it loads for files that need more. */
import { RandomStreams } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { decodeModelAsync, decodeModel as decodeCommon } from '../src/inference/index.ts';
import { decodeModel as decodeAny } from '../src/inference/all.ts';
import {
  conv2d,
  createKernels,
  createPreset,
  decodeModel,
  dense,
  dropout,
  encodeModel,
  flatten,
  functional,
  layers,
  maxPooling2d,
  ModelFileError,
  relu,
  sequential,
  softmax,
  Tensor,
  type Layer,
} from '../src/index.ts';
import { everyLayer } from '../src/layers/every-layer.ts';
import { everyPredictingLayer } from '../src/layers/every-predicting-layer.ts';
import { layerCases } from './layer-cases.ts';

/** Samples drawn at random. */
function drawn(shape: readonly number[]): Tensor {
  const x = Tensor.zeros(shape);
  const random = new RandomStreams(1).stream('inference test');
  for (let i = 0; i < x.size; i++) x.data[i] = Math.fround(random.normal());
  return x;
}

/** The file of a network of one layer, and inputs for it. */
function saved(layer: Layer, inputShapes: readonly (readonly number[])[]): Uint8Array {
  const [first] = inputShapes;
  if (inputShapes.length === 1) {
    return encodeModel(sequential({ inputShape: first!, layers: [layer] }));
  }
  const input = layers.input({ shape: first! });
  const branches = inputShapes.map(() => relu().apply(input));
  return encodeModel(functional({ inputs: input, outputs: layer.apply(branches) }));
}

test('every layer is made for prediction, too', () => {
  const types = [...everyLayer().makers.keys()].sort();
  expect([...everyPredictingLayer().makers.keys()].sort()).toEqual(types);
});

describe('a file of any layer gives the bits of the main entry', () => {
  const alike = layerCases.filter(([, , shapes]) =>
    shapes.every((shape) => shape.join() === shapes[0]!.join()),
  );

  test.each(alike.map((each) => [each[0], each] as const))('%s', async (_, [, make, shapes]) => {
    const bytes = saved(make(), shapes);
    const x = drawn([3, ...shapes[0]!]);
    const expected = decodeModel(bytes).predict(x).data;
    expect((await decodeModelAsync(bytes)).predict(x).data).toEqual(expected);
    expect(decodeAny(bytes).predict(x).data).toEqual(expected);
  });
});

describe('common networks need nothing else', () => {
  test.each(['simple', 'lenet5', 'cnn'] as const)('%s', (name) => {
    const model = createPreset(name, { seed: 1 });
    const common = decodeCommon(encodeModel(model));
    for (const samples of [1, 5]) {
      const x = drawn([samples, 28, 28, 1]);
      expect(common.predict(x).data).toEqual(model.predict(x).data);
    }
  });

  test.each([1, 2, 7, 16, 67])('a ReLU that nothing finishes with, of %i numbers', (units) => {
    const network = sequential({
      inputShape: [5, units],
      layers: [relu(), dropout({ rate: 0.5 })],
    });
    for (const threads of [1, 2]) {
      const kernels = createKernels('simd', { threads });
      const bytes = encodeModel(network);
      for (const samples of [1, 3]) {
        const x = drawn([samples, 5, units]);
        x.data.set([NaN, -0, Infinity, -Infinity].slice(0, units));
        const expected = decodeModel(bytes, { kernels }).predict(x).data;
        expect(decodeCommon(bytes).predict(x).data).toEqual(expected);
      }
    }
  });

  test('with activations as options', () => {
    const model = sequential({
      inputShape: [8, 8, 2],
      layers: [
        conv2d({ filters: 3, kernelSize: 3, activation: 'relu' }),
        maxPooling2d(),
        flatten(),
        dense({ units: 4, activation: 'softmax' }),
      ],
    });
    const x = drawn([2, 8, 8, 2]);
    const bytes = encodeModel(model);
    expect(decodeCommon(bytes).predict(x).data).toEqual(model.predict(x).data);
  });

  test('and cannot be trained', () => {
    const { layers } = decodeCommon(encodeModel(createPreset('simple')));
    const d = Tensor.zeros([1, 10]);
    for (const layer of layers.slice(0, 2)) {
      expect(() => layer.backward(d, [true])).toThrow(`${layer.label} was loaded for inference`);
    }
  });
});

describe('the common part alone says what to use for', () => {
  const bytesOf = (...made: Layer[]): Uint8Array =>
    encodeModel(sequential({ inputShape: [8, 8, 4], layers: made }));

  test.each([
    ['another layer', () => bytesOf(layers.batchNormalization())],
    [
      'another activation',
      () => bytesOf(conv2d({ filters: 2, kernelSize: 1, activation: 'gelu' })),
    ],
    ['groups', () => bytesOf(conv2d({ filters: 4, kernelSize: 3, groups: 4 }))],
    [
      'a network that branches',
      () => {
        const input = layers.input({ shape: [4] });
        return encodeModel(functional({ inputs: input, outputs: softmax().apply(input) }));
      },
    ],
  ])('%s', async (_, file) => {
    expect(() => decodeCommon(file())).toThrow(ModelFileError);
    expect(() => decodeCommon(file())).toThrow('decodeModelAsync');
    await expect(decodeModelAsync(file())).resolves.toBeDefined();
  });

  test('what is damaged, as the main entry does', async () => {
    const file = bytesOf(flatten()).subarray(0, 100);
    await expect(decodeModelAsync(file)).rejects.toThrow(ModelFileError);
  });

  test('float64', async () => {
    const file = encodeModel(
      sequential({ inputShape: [3], layers: [dense({ units: 2 })], dtype: 'float64' }),
    );
    const x = drawn([2, 3]);
    const loaded = await decodeModelAsync(file);
    expect(loaded.kernels.name).toBe('reference');
    expect(loaded.predict(x).data).toEqual(decodeModel(file).predict(x).data);
  });
});
