/** What `@convnet/convnet/inference` loads by itself, and what it loads for files that need more. */
import { RandomStreams } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
  decodeModelAsync,
  type InferenceModel,
  type KernelChoice,
} from '../src/inference/index.ts';
import { decodeCommon } from '../src/inference/decode-common.ts';
import { decodeModel as decodeAny, summary } from '../src/inference/all.ts';
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

describe('common networks need no other layers, and give the bits of the main entry', () => {
  /** The network in a file that must be a common one. */
  async function common(bytes: Uint8Array, like: KernelChoice = {}): Promise<InferenceModel> {
    const model = await decodeCommon(bytes, {}, like);
    if (!model) throw new Error('expected a common network.');
    return model;
  }

  describe.each(['simd', 'auto'] as const)('%s', (backend) => {
    test.each(
      (['simple', 'lenet5', 'cnn'] as const).flatMap((name) =>
        ([1, 2] as const).flatMap((threads) =>
          (['fast', 'direct'] as const).map(
            (arithmetic) => [name, { threads, arithmetic }] as const,
          ),
        ),
      ),
    )('%s with %o', async (name, options) => {
      const model = createPreset(name, { seed: 1, kernels: createKernels(backend, options) });
      const small = await common(encodeModel(model), { backend, ...options });
      for (const samples of [1, 5, 33]) {
        const x = drawn([samples, 28, 28, 1]);
        expect(small.predict(x).data).toEqual(model.predict(x).data);
      }
    });
  });

  test('tiles, also behind kernels that are given', async () => {
    const model = createPreset('cnn', { seed: 1 });
    const x = drawn([2, 28, 28, 1]);
    const predicted = async (arithmetic: 'fast' | 'direct') => {
      const kernels = createKernels('simd', { arithmetic });
      const small = await decodeModelAsync(encodeModel(model), { kernels });
      const again = await decodeModelAsync(encodeModel(model), { kernels: small.kernels });
      const main = decodeModel(encodeModel(model), { kernels }).predict(x).data;
      expect(small.predict(x).data).toEqual(main);
      expect(again.predict(x).data).toEqual(main);
      expect(decodeAny(encodeModel(model), { kernels: small.kernels }).predict(x).data).toEqual(
        main,
      );
      return main;
    };
    expect(await predicted('fast')).not.toEqual(await predicted('direct'));
  });

  test.each([1, 2, 7, 16, 67])(
    'a ReLU that nothing finishes with, of %i numbers',
    async (units) => {
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
          const small = await common(bytes, { backend: 'simd', threads });
          expect(small.predict(x).data).toEqual(expected);
        }
      }
    },
  );

  test('with activations as options', async () => {
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
    expect((await common(bytes)).predict(x).data).toEqual(model.predict(x).data);
  });

  test('and cannot be trained', async () => {
    const { layers } = await common(encodeModel(createPreset('simple')));
    const d = Tensor.zeros([1, 10]);
    for (const layer of layers.slice(0, 2)) {
      expect(() => layer.backward(d, [true])).toThrow(`${layer.label} was loaded for inference`);
    }
  });
});

describe('the rest is loaded for', () => {
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
    await expect(decodeCommon(file(), {}, {})).resolves.toBeUndefined();
    const model = await decodeModelAsync(file());
    const x = drawn([3, ...model.inputShape]);
    expect(model.predict(x).data).toEqual(decodeModel(file()).predict(x).data);
  });

  test('the plain loops', async () => {
    const file = encodeModel(createPreset('cnn', { seed: 1 }));
    const model = await decodeModelAsync(file, { backend: 'reference' });
    expect(model.kernels.name).toBe('reference');
    const x = drawn([2, 28, 28, 1]);
    const expected = decodeModel(file, { kernels: createKernels('reference') }).predict(x).data;
    expect(model.predict(x).data).toEqual(expected);
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

test('options of kernels are checked, also where the rest is not loaded', async () => {
  const file = encodeModel(createPreset('simple'));
  await expect(decodeModelAsync(file, { threads: 0 })).rejects.toThrow('threads');
  expect((await decodeModelAsync(file, { threads: 2 })).kernels.threads).toBe(2);
});

test('a loaded network is summarized as the one that was saved', async () => {
  const model = createPreset('lenet5');
  const [expected, lines]: [string[], string[]] = [[], []];
  model.summary({ printFn: (line) => expected.push(line) });
  summary(await decodeModelAsync(encodeModel(model)), { printFn: (line) => lines.push(line) });
  expect(lines).toEqual(expected);
});
