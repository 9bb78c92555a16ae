/**
 * Layers with options of every kind, and shapes that they take. One list for all that a layer must
 * prove: gradients, the faster kernels, files, ONNX. A registered layer without a case here fails.
 */
import {
  averagePooling2d,
  batchNormalization,
  concatenate,
  conv2d,
  dense,
  depthwiseConv2d,
  dropout,
  elu,
  flatten,
  gelu,
  globalAveragePooling2d,
  globalMaxPooling2d,
  hardSwish,
  layerNormalization,
  leakyRelu,
  maxPooling2d,
  relu,
  reshape,
  separableConv2d,
  sigmoid,
  silu,
  softmax,
  spatialDropout2d,
  tanh,
  zeroPadding2d,
  layers,
  type Layer,
} from '../src/index.ts';

/** A name, a new layer, and the shape of one sample of each of its inputs. */
export type LayerCase = readonly [
  name: string,
  make: () => Layer,
  inputShapes: readonly (readonly number[])[],
];

export const layerCases: readonly LayerCase[] = [
  ['conv2d', () => conv2d({ filters: 4, kernelSize: 3 }), [[6, 7, 3]]],
  ['conv2d same', () => conv2d({ filters: 3, kernelSize: [3, 2], padding: 'same' }), [[5, 6, 2]]],
  ['conv2d strides', () => conv2d({ filters: 3, kernelSize: 3, strides: [2, 3] }), [[9, 8, 2]]],
  [
    'conv2d same with strides',
    () => conv2d({ filters: 3, kernelSize: 5, strides: 2, padding: 'same' }),
    [[7, 8, 2]],
  ],
  [
    'conv2d dilation',
    () => conv2d({ filters: 2, kernelSize: 3, dilationRate: [2, 1] }),
    [[8, 7, 2]],
  ],
  ['conv2d without bias', () => conv2d({ filters: 2, kernelSize: 1, useBias: false }), [[4, 4, 3]]],
  ['conv2d in groups', () => conv2d({ filters: 6, kernelSize: [2, 3], groups: 2 }), [[5, 6, 4]]],
  [
    'conv2d in groups, same with dilation',
    () => conv2d({ filters: 9, kernelSize: 3, groups: 3, padding: 'same', dilationRate: 2 }),
    [[6, 5, 3]],
  ],
  ['depthwiseConv2d', () => depthwiseConv2d({ kernelSize: 3 }), [[6, 5, 3]]],
  [
    'depthwiseConv2d same with strides',
    () => depthwiseConv2d({ kernelSize: [3, 2], strides: 2, padding: 'same' }),
    [[7, 6, 2]],
  ],
  [
    'depthwiseConv2d with a multiplier and dilation',
    () => depthwiseConv2d({ kernelSize: 2, depthMultiplier: 3, dilationRate: [2, 1] }),
    [[5, 6, 2]],
  ],
  [
    'depthwiseConv2d of one channel without bias',
    () => depthwiseConv2d({ kernelSize: 3, depthMultiplier: 4, useBias: false }),
    [[5, 6, 1]],
  ],
  [
    'separableConv2d',
    () => separableConv2d({ filters: 3, kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
    [[5, 4, 2]],
  ],
  [
    'depthwiseConv2d with an activation',
    () => depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, activation: 'tanh' }),
    [[5, 5, 2]],
  ],
  [
    'separableConv2d with an activation',
    () => separableConv2d({ filters: 3, kernelSize: 2, activation: 'sigmoid' }),
    [[5, 4, 2]],
  ],
  [
    'separableConv2d with strides and dilation, without bias',
    () =>
      separableConv2d({
        filters: 2,
        kernelSize: 2,
        strides: [2, 1],
        dilationRate: [1, 2],
        useBias: false,
      }),
    [[6, 5, 3]],
  ],
  ['dense', () => dense({ units: 5 }), [[7]]],
  ['dense without bias', () => dense({ units: 5, useBias: false }), [[7]]],
  ['maxPooling2d', () => maxPooling2d(), [[6, 6, 3]]],
  ['maxPooling2d overlapping', () => maxPooling2d({ poolSize: 3, strides: 2 }), [[7, 7, 2]]],
  ['maxPooling2d same', () => maxPooling2d({ poolSize: [2, 3], padding: 'same' }), [[5, 7, 2]]],
  ['averagePooling2d', () => averagePooling2d(), [[6, 7, 3]]],
  [
    'averagePooling2d overlapping',
    () => averagePooling2d({ poolSize: 3, strides: [2, 1] }),
    [[7, 7, 2]],
  ],
  [
    'averagePooling2d same',
    () => averagePooling2d({ poolSize: [2, 3], strides: 2, padding: 'same' }),
    [[5, 6, 2]],
  ],
  ['globalAveragePooling2d', () => globalAveragePooling2d(), [[4, 3, 5]]],
  [
    'globalAveragePooling2d keeping dims',
    () => globalAveragePooling2d({ keepDims: true }),
    [[4, 3, 5]],
  ],
  ['globalMaxPooling2d', () => globalMaxPooling2d(), [[4, 3, 5]]],
  ['globalMaxPooling2d keeping dims', () => globalMaxPooling2d({ keepDims: true }), [[4, 3, 5]]],
  ['zeroPadding2d', () => zeroPadding2d(), [[3, 4, 2]]],
  [
    'zeroPadding2d of each side',
    () =>
      zeroPadding2d({
        padding: [
          [0, 2],
          [3, 1],
        ],
      }),
    [[3, 4, 2]],
  ],
  ['relu', () => relu(), [[6, 5, 2]]],
  ['flatten', () => flatten(), [[3, 4, 2]]],
  ['reshape', () => reshape({ targetShape: [4, -1] }), [[3, 4, 2]]],
  ['dropout', () => dropout({ rate: 0.4 }), [[50]]],
  ['softmax', () => softmax(), [[10]]],
  ['leakyRelu', () => leakyRelu(), [[6, 5, 2]]],
  ['elu', () => elu({ alpha: 0.7 }), [[6, 5, 2]]],
  ['gelu', () => gelu(), [[6, 5, 2]]],
  ['gelu approximate', () => gelu({ approximate: true }), [[6, 5, 2]]],
  ['sigmoid', () => sigmoid(), [[30]]],
  ['silu', () => silu(), [[6, 5, 2]]],
  ['tanh', () => tanh(), [[30]]],
  ['activation', () => layers.activation({ activation: 'silu' }), [[30]]],
  ['activation linear', () => layers.activation({ activation: 'linear' }), [[30]]],
  [
    'conv2d with activation',
    () => conv2d({ filters: 4, kernelSize: 3, activation: 'gelu' }),
    [[6, 7, 3]],
  ],
  ['dense with activation', () => dense({ units: 5, activation: 'relu' }), [[7]]],
  ['dense with softmax', () => dense({ units: 5, activation: 'softmax' }), [[7]]],
  ['batchNormalization', () => batchNormalization(), [[4, 3, 5]]],
  ['batchNormalization of vectors', () => batchNormalization({ center: false }), [[6]]],
  [
    'batchNormalization bare',
    () => batchNormalization({ center: false, scale: false }),
    [[3, 2, 1]],
  ],
  [
    'batchNormalization without scale',
    () => batchNormalization({ scale: false, epsilon: 0.1 }),
    [[7]],
  ],
  ['layerNormalization', () => layerNormalization(), [[4, 3, 5]]],
  ['layerNormalization of vectors', () => layerNormalization({ scale: false }), [[9]]],
  [
    'layerNormalization bare',
    () => layerNormalization({ center: false, scale: false }),
    [[3, 2, 6]],
  ],
  ['spatialDropout2d', () => spatialDropout2d({ rate: 0.4 }), [[3, 3, 9]]],
  ['hardSwish', () => hardSwish(), [[6, 5, 2]]],
  ['dense with hardSwish', () => dense({ units: 5, activation: 'hardSwish' }), [[7]]],
  [
    'add',
    () => layers.add(),
    [
      [3, 4, 2],
      [3, 4, 2],
    ],
  ],
  ['add of four', () => layers.add(), [[5], [5], [5], [5]]],
  [
    'multiply',
    () => layers.multiply(),
    [
      [3, 4, 2],
      [3, 4, 2],
    ],
  ],
  ['multiply of four', () => layers.multiply(), [[5], [5], [5], [5]]],
  [
    'concatenate',
    () => concatenate(),
    [
      [3, 4, 2],
      [3, 4, 1],
      [3, 4, 5],
    ],
  ],
  ['concatenate of vectors', () => concatenate(), [[3], [1]]],
];
