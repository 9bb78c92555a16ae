/** Layers on windows: their options, shapes, refusals, files and costs. */
import { OptionError } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
  averagePooling2d,
  conv2d,
  decodeModel,
  depthwiseConv2d,
  encodeModel,
  flatten,
  globalAveragePooling2d,
  globalMaxPooling2d,
  l2,
  maxPooling2d,
  readSafetensors,
  separableConv2d,
  sequential,
  ShapeError,
  zeroPadding2d,
  type Layer,
} from '../src/index.ts';
import { everyLayer } from '../src/layers/every-layer.ts';
import { layerFromConfig } from '../src/layers/registry.ts';
import { windowedNetwork } from './windowed-network.ts';

/** The layer as part of a network. */
function built<L extends Layer>(layer: L, inputShape: readonly number[]): L {
  sequential({ inputShape, layers: [layer, flatten()], seed: 1 });
  return layer;
}

const sides = [
  [0, 2],
  [3, 1],
] as const;

describe('options and shapes', () => {
  const convolution = { strides: [1, 1], padding: 'valid', dilationRate: [1, 1], useBias: true };
  test.each([
    [
      conv2d({ filters: 6, kernelSize: 3, groups: 2 }),
      {
        type: 'conv2d',
        filters: 6,
        kernelSize: [3, 3],
        groups: 2,
        kernelInitializer: 'glorotUniform',
        ...convolution,
      },
      [6, 7, 6],
    ],
    [
      depthwiseConv2d({ kernelSize: [2, 3] }),
      {
        type: 'depthwiseConv2d',
        kernelSize: [2, 3],
        depthMultiplier: 1,
        depthwiseInitializer: 'glorotUniform',
        ...convolution,
      },
      [7, 7, 4],
    ],
    [
      depthwiseConv2d({
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        depthMultiplier: 3,
        dilationRate: [1, 2],
        useBias: false,
        depthwiseInitializer: 'heNormal',
      }),
      {
        type: 'depthwiseConv2d',
        kernelSize: [3, 3],
        strides: [2, 2],
        padding: 'same',
        depthMultiplier: 3,
        dilationRate: [1, 2],
        useBias: false,
        depthwiseInitializer: 'heNormal',
      },
      [4, 5, 12],
    ],
    [
      separableConv2d({ filters: 5, kernelSize: 3, pointwiseInitializer: 'heNormal' }),
      {
        type: 'separableConv2d',
        filters: 5,
        kernelSize: [3, 3],
        depthMultiplier: 1,
        depthwiseInitializer: 'glorotUniform',
        pointwiseInitializer: 'heNormal',
        ...convolution,
      },
      [6, 7, 5],
    ],
    [
      depthwiseConv2d({ kernelSize: 3, activation: 'relu', depthwiseRegularizer: l2(0.1) }),
      {
        type: 'depthwiseConv2d',
        kernelSize: [3, 3],
        depthMultiplier: 1,
        depthwiseInitializer: 'glorotUniform',
        ...convolution,
        depthwiseRegularizer: l2(0.1),
        activation: 'relu',
      },
      [6, 7, 4],
    ],
    [
      separableConv2d({
        filters: 2,
        kernelSize: 3,
        activation: 'tanh',
        depthwiseRegularizer: l2(0.1),
        pointwiseRegularizer: l2(0.2),
      }),
      {
        type: 'separableConv2d',
        filters: 2,
        kernelSize: [3, 3],
        depthMultiplier: 1,
        depthwiseInitializer: 'glorotUniform',
        pointwiseInitializer: 'glorotUniform',
        ...convolution,
        depthwiseRegularizer: l2(0.1),
        pointwiseRegularizer: l2(0.2),
        activation: 'tanh',
      },
      [6, 7, 2],
    ],
    [
      averagePooling2d(),
      { type: 'averagePooling2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' },
      [4, 4, 4],
    ],
    [
      averagePooling2d({ poolSize: [2, 3], strides: 2, padding: 'same' }),
      { type: 'averagePooling2d', poolSize: [2, 3], strides: [2, 2], padding: 'same' },
      [4, 5, 4],
    ],
    [globalAveragePooling2d(), { type: 'globalAveragePooling2d', keepDims: false }, [4]],
    [
      globalAveragePooling2d({ keepDims: true }),
      { type: 'globalAveragePooling2d', keepDims: true },
      [1, 1, 4],
    ],
    [globalMaxPooling2d(), { type: 'globalMaxPooling2d', keepDims: false }, [4]],
    [
      globalMaxPooling2d({ keepDims: true }),
      { type: 'globalMaxPooling2d', keepDims: true },
      [1, 1, 4],
    ],
    [
      zeroPadding2d(),
      {
        type: 'zeroPadding2d',
        padding: [
          [1, 1],
          [1, 1],
        ],
      },
      [10, 11, 4],
    ],
    [
      zeroPadding2d({ padding: [2, 0] }),
      {
        type: 'zeroPadding2d',
        padding: [
          [2, 2],
          [0, 0],
        ],
      },
      [12, 9, 4],
    ],
    [zeroPadding2d({ padding: sides }), { type: 'zeroPadding2d', padding: sides }, [10, 13, 4]],
  ])('%#', (layer, config, shape) => {
    expect(built(layer, [8, 9, 4]).outputShape).toEqual(shape);
    expect(layer.config()).toEqual({ name: layer.name, ...config });
    expect(layerFromConfig(layer.config(), everyLayer()).config()).toEqual(layer.config());
  });

  test('a convolution of one group is described as before there were groups', () => {
    expect(conv2d({ filters: 2, kernelSize: 1 }).config()['groups']).toBeUndefined();
  });
});

describe('refusals', () => {
  const wrong = (options: object) => options as never;
  test.each<readonly [() => unknown, string]>([
    [
      () => conv2d({ filters: 5, kernelSize: 3, groups: 2 }),
      'conv2d groups: expected a divisor of the 5 filters; received 2.',
    ],
    [() => conv2d({ filters: 4, kernelSize: 3, groups: 0 }), 'conv2d groups: expected a whole'],
    [() => depthwiseConv2d(wrong({})), 'depthwiseConv2d kernelSize: expected a whole number'],
    [
      () => depthwiseConv2d({ kernelSize: 3, depthMultiplier: 1.5 }),
      'depthwiseConv2d depthMultiplier: expected a whole number of at least 1; received 1.5.',
    ],
    [
      () => depthwiseConv2d(wrong({ kernelSize: 3, padding: 'full' })),
      `depthwiseConv2d padding: expected one of valid, same; received "full".`,
    ],
    [() => separableConv2d(wrong({ kernelSize: 3 })), 'separableConv2d filters: expected'],
    [
      () => separableConv2d(wrong({ filters: 1, kernelSize: 3, useBias: 1 })),
      'separableConv2d useBias: expected true or false; received 1.',
    ],
    [() => averagePooling2d({ poolSize: 0 }), 'averagePooling2d poolSize: expected a whole'],
    [() => maxPooling2d({ strides: [1, -1] }), 'maxPooling2d strides: expected a whole'],
    [
      () => globalMaxPooling2d(wrong({ keepDims: 'yes' })),
      'globalMaxPooling2d keepDims: expected true or false; received "yes".',
    ],
    ...[-1, 0.5, [1, 2, 3], [[1], [2]], [[1, 2], [3]], 'same', [1, '2']].map(
      (padding): readonly [() => unknown, string] => [
        () => zeroPadding2d(wrong({ padding })),
        'zeroPadding2d padding: expected a whole number from 0 to 16777216, [rows, columns] or',
      ],
    ),
  ])('%#', (make, message) => {
    expect(make).toThrow(OptionError);
    expect(make).toThrow(message);
  });

  test('unknown initializers', () => {
    const name = 'twos' as 'zeros';
    expect(() => depthwiseConv2d({ kernelSize: 1, depthwiseInitializer: name })).toThrow(
      'depthwiseConv2d depthwiseInitializer: expected one of',
    );
    expect(() =>
      separableConv2d({ filters: 1, kernelSize: 1, pointwiseInitializer: name }),
    ).toThrow('separableConv2d pointwiseInitializer: expected one of');
  });

  test('inputs that do not fit', () => {
    expect(() => built(conv2d({ filters: 4, kernelSize: 3, groups: 2 }), [8, 8, 3])).toThrow(
      new ShapeError(
        'conv2d "conv1": expected channels that 2 groups divide; received 3 of them. Choose groups that divide the channels of the input.',
      ),
    );
    expect(() => built(globalAveragePooling2d(), [12])).toThrow('expected input [N, H, W, C]');
    expect(() => built(depthwiseConv2d({ kernelSize: 5 }), [4, 8, 1])).toThrow(
      'expected an input of at least 5 × 5 positions',
    );
  });
});

test('regularizers belong to their kernels', () => {
  const [depthwiseRegularizer, pointwiseRegularizer] = [l2(0.1), l2(0.2)];
  const layer = separableConv2d({
    filters: 2,
    kernelSize: 3,
    depthwiseRegularizer,
    pointwiseRegularizer,
  });
  const of = ({ parameters }: Layer) =>
    parameters.map(({ name, regularizer }) => [name, regularizer]);
  expect(of(built(layer, [8, 8, 3]))).toEqual([
    ['depthwise.weight', depthwiseRegularizer],
    ['pointwise.weight', pointwiseRegularizer],
    ['pointwise.bias', undefined],
  ]);
  expect(of(built(depthwiseConv2d({ kernelSize: 3, depthwiseRegularizer }), [8, 8, 3]))).toEqual([
    ['weight', depthwiseRegularizer],
    ['bias', undefined],
  ]);
});

describe('weights', () => {
  test('lie in files as those of PyTorch', () => {
    const model = windowedNetwork({ seed: 1 });
    const { tensors } = readSafetensors(encodeModel(model));
    expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))).toEqual({
      'conv1.weight': [6, 1, 3, 3],
      'conv1.bias': [6],
      'depthwise1.weight': [12, 1, 3, 3],
      'depthwise1.bias': [12],
      'conv2.weight': [18, 4, 2, 2],
      'conv2.bias': [18],
      'depthwise2.weight': [18, 1, 3, 3],
      'separable1.depthwise.weight': [18, 1, 3, 3],
      'separable1.pointwise.weight': [20, 18, 1, 1],
      'separable1.pointwise.bias': [20],
      'dense1.weight': [10, 20],
      'dense1.bias': [10],
    });
    const [ours] = model.layers[3]!.parameters;
    const { value } = ours!;
    const theirs = tensors.get('depthwise1.weight')!;
    // Filter m of channel c is number c · M + m.
    for (const [r, s, c, m] of [
      [0, 0, 0, 1],
      [2, 1, 4, 0],
      [1, 2, 5, 1],
    ] as const) {
      expect(theirs.data[((c * 2 + m) * 3 + r) * 3 + s]).toBe(
        value.data[((r * 3 + s) * 6 + c) * 2 + m],
      );
    }
  });

  test('are the same after saving and loading, byte for byte', () => {
    const bytes = encodeModel(windowedNetwork({ seed: 2 }));
    expect(encodeModel(decodeModel(bytes))).toEqual(bytes);
  });

  test('start as in Keras', () => {
    // √(6 / (fanIn + fanOut)): what Keras counts of a kernel [R, S, C, M] and [R, S, C / G, K].
    const largest = (layer: Layer) =>
      Math.max(...built(layer, [9, 9, 64]).parameters[0]!.value.data.map(Math.abs));
    const limit = (fans: number) => Math.sqrt(6 / fans);
    for (const [layer, fans] of [
      [depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }), 9 * (64 + 2)],
      [conv2d({ filters: 32, kernelSize: 3, groups: 4 }), 9 * (16 + 32)],
    ] as const) {
      const value = largest(layer);
      expect(value).toBeLessThanOrEqual(limit(fans));
      expect(value).toBeGreaterThan(0.97 * limit(fans));
    }
  });
});

test('multiply-adds are those of the products that are made', () => {
  const cost = (layer: Layer) => built(layer, [8, 8, 6]).multiplyAdds();
  expect(cost(conv2d({ filters: 4, kernelSize: 3, groups: 2 }))).toBe(36 * 4 * 9 * 3);
  expect(cost(depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }))).toBe(36 * 12 * 9);
  expect(cost(separableConv2d({ filters: 5, kernelSize: 3 }))).toBe(36 * (6 * 9 + 6 * 5));
  expect(cost(averagePooling2d())).toBe(0);
});
