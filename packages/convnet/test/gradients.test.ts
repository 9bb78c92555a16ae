/** Every layer and whole networks against finite differences in float64. */
import { math } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
  adam,
  averagePooling2d,
  batchNormalization,
  concatenate,
  conv2d,
  createPreset,
  dense,
  depthwiseConv2d,
  dropout,
  elu,
  flatten,
  gelu,
  globalAveragePooling2d,
  globalMaxPooling2d,
  Layer,
  layerNormalization,
  layers,
  leakyRelu,
  maxPooling2d,
  presets,
  relu,
  reshape,
  separableConv2d,
  sequential,
  sigmoid,
  silu,
  softmax,
  spatialDropout2d,
  tanh,
  Tensor,
  zeroPadding2d,
  type MergeLayer,
  type Signal,
} from '../src/index.ts';
import { knottyNetwork, residualNetwork } from './branching-networks.ts';
import {
  checkLayerGradients,
  checkModelGradients,
  type GradientReport,
} from '../src/testing/index.ts';

function expectRight(report: GradientReport): void {
  expect(report.failures).toEqual([]);
  for (const { checked } of report.tensors) expect(checked).toBeGreaterThanOrEqual(200);
}

describe('layers', () => {
  test.each<[string, Layer, number[]]>([
    ['conv2d', conv2d({ filters: 4, kernelSize: 3 }), [6, 7, 3]],
    ['conv2d same', conv2d({ filters: 3, kernelSize: [3, 2], padding: 'same' }), [5, 6, 2]],
    ['conv2d strides', conv2d({ filters: 3, kernelSize: 3, strides: [2, 3] }), [9, 8, 2]],
    [
      'conv2d same with strides',
      conv2d({ filters: 3, kernelSize: 5, strides: 2, padding: 'same' }),
      [7, 8, 2],
    ],
    ['conv2d dilation', conv2d({ filters: 2, kernelSize: 3, dilationRate: [2, 1] }), [8, 7, 2]],
    ['conv2d without bias', conv2d({ filters: 2, kernelSize: 1, useBias: false }), [4, 4, 3]],
    ['conv2d in groups', conv2d({ filters: 6, kernelSize: [2, 3], groups: 2 }), [5, 6, 4]],
    [
      'conv2d in groups, same with dilation',
      conv2d({ filters: 9, kernelSize: 3, groups: 3, padding: 'same', dilationRate: 2 }),
      [6, 5, 3],
    ],
    ['depthwiseConv2d', depthwiseConv2d({ kernelSize: 3 }), [6, 5, 3]],
    [
      'depthwiseConv2d same with strides',
      depthwiseConv2d({ kernelSize: [3, 2], strides: 2, padding: 'same' }),
      [7, 6, 2],
    ],
    [
      'depthwiseConv2d with a multiplier and dilation',
      depthwiseConv2d({ kernelSize: 2, depthMultiplier: 3, dilationRate: [2, 1] }),
      [5, 6, 2],
    ],
    [
      'depthwiseConv2d of one channel without bias',
      depthwiseConv2d({ kernelSize: 3, depthMultiplier: 4, useBias: false }),
      [5, 6, 1],
    ],
    [
      'separableConv2d',
      separableConv2d({ filters: 3, kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
      [5, 4, 2],
    ],
    [
      'depthwiseConv2d with an activation',
      depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, activation: 'tanh' }),
      [5, 5, 2],
    ],
    [
      'separableConv2d with an activation',
      separableConv2d({ filters: 3, kernelSize: 2, activation: 'sigmoid' }),
      [5, 4, 2],
    ],
    [
      'separableConv2d with strides and dilation, without bias',
      separableConv2d({
        filters: 2,
        kernelSize: 2,
        strides: [2, 1],
        dilationRate: [1, 2],
        useBias: false,
      }),
      [6, 5, 3],
    ],
    ['dense', dense({ units: 5 }), [7]],
    ['dense without bias', dense({ units: 5, useBias: false }), [7]],
    ['maxPooling2d', maxPooling2d(), [6, 6, 3]],
    ['maxPooling2d overlapping', maxPooling2d({ poolSize: 3, strides: 2 }), [7, 7, 2]],
    ['maxPooling2d same', maxPooling2d({ poolSize: [2, 3], padding: 'same' }), [5, 7, 2]],
    ['averagePooling2d', averagePooling2d(), [6, 7, 3]],
    ['averagePooling2d overlapping', averagePooling2d({ poolSize: 3, strides: [2, 1] }), [7, 7, 2]],
    [
      'averagePooling2d same',
      averagePooling2d({ poolSize: [2, 3], strides: 2, padding: 'same' }),
      [5, 6, 2],
    ],
    ['globalAveragePooling2d', globalAveragePooling2d(), [4, 3, 5]],
    ['globalAveragePooling2d keeping dims', globalAveragePooling2d({ keepDims: true }), [4, 3, 5]],
    ['globalMaxPooling2d', globalMaxPooling2d(), [4, 3, 5]],
    ['globalMaxPooling2d keeping dims', globalMaxPooling2d({ keepDims: true }), [4, 3, 5]],
    ['zeroPadding2d', zeroPadding2d(), [3, 4, 2]],
    [
      'zeroPadding2d of each side',
      zeroPadding2d({
        padding: [
          [0, 2],
          [3, 1],
        ],
      }),
      [3, 4, 2],
    ],
    ['relu', relu(), [6, 5, 2]],
    ['flatten', flatten(), [3, 4, 2]],
    ['reshape', reshape({ targetShape: [4, -1] }), [3, 4, 2]],
    ['dropout', dropout({ rate: 0.4 }), [50]],
    ['softmax', softmax(), [10]],
    ['leakyRelu', leakyRelu(), [6, 5, 2]],
    ['elu', elu({ alpha: 0.7 }), [6, 5, 2]],
    ['gelu', gelu(), [6, 5, 2]],
    ['gelu approximate', gelu({ approximate: true }), [6, 5, 2]],
    ['sigmoid', sigmoid(), [30]],
    ['silu', silu(), [6, 5, 2]],
    ['tanh', tanh(), [30]],
    ['activation', layers.activation({ activation: 'silu' }), [30]],
    ['activation linear', layers.activation({ activation: 'linear' }), [30]],
    [
      'conv2d with activation',
      conv2d({ filters: 4, kernelSize: 3, activation: 'gelu' }),
      [6, 7, 3],
    ],
    ['dense with activation', dense({ units: 5, activation: 'relu' }), [7]],
    ['dense with softmax', dense({ units: 5, activation: 'softmax' }), [7]],
    ['batchNormalization', batchNormalization(), [4, 3, 5]],
    ['batchNormalization of vectors', batchNormalization({ center: false }), [6]],
    ['batchNormalization bare', batchNormalization({ center: false, scale: false }), [3, 2, 1]],
    ['batchNormalization without scale', batchNormalization({ scale: false, epsilon: 0.1 }), [7]],
    ['layerNormalization', layerNormalization(), [4, 3, 5]],
    ['layerNormalization of vectors', layerNormalization({ scale: false }), [9]],
    ['layerNormalization bare', layerNormalization({ center: false, scale: false }), [3, 2, 6]],
    ['spatialDropout2d', spatialDropout2d({ rate: 0.4 }), [3, 3, 9]],
  ])('%s', (_, layer, inputShape) => {
    expectRight(checkLayerGradients({ layer, inputShape, batchSize: 3 }));
  });
});

describe('layers of several inputs', () => {
  test.each<[string, MergeLayer, number[][]]>([
    [
      'add',
      layers.add(),
      [
        [3, 4, 2],
        [3, 4, 2],
      ],
    ],
    ['add of four', layers.add(), [[5], [5], [5], [5]]],
    [
      'multiply',
      layers.multiply(),
      [
        [3, 4, 2],
        [3, 4, 2],
      ],
    ],
    ['multiply of four', layers.multiply(), [[5], [5], [5], [5]]],
    [
      'concatenate',
      concatenate(),
      [
        [3, 4, 2],
        [3, 4, 1],
        [3, 4, 5],
      ],
    ],
    ['concatenate of vectors', concatenate(), [[3], [1]]],
  ])('%s', (_, layer, inputShapes) => {
    const report = checkLayerGradients({ layer, inputShapes, batchSize: 3 });
    expectRight(report);
    expect(report.tensors).toHaveLength(inputShapes.length);
  });
});

describe('networks with their loss', () => {
  // The layers of the presets, on images small enough for a slow machine; `gradients.verify.ts`
  // checks them at their own size.
  test.each(['simple', 'lenet5', 'cnn'] as const)('%s', (preset) => {
    const layers = presets[preset].layers(10);
    const model = sequential({ inputShape: [16, 16, 1], layers, seed: 1, dtype: 'float64' });
    model.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' });
    const before = model.parameters.map(({ value }) => [...value.data]);
    const report = checkModelGradients({ model, batchSize: 1 });
    expectRight(report);
    expect(report.tensors.map(({ name }) => name)).toContain('conv1.bias');
    expect(model.parameters.map(({ value }) => [...value.data])).toEqual(before);
  });

  test('a residual network of fifteen convolutions', () => {
    const model = residualNetwork({
      inputShape: [7, 7, 1],
      filters: [2, 3, 4],
      blocks: 2,
      classes: 3,
      seed: 1,
      dtype: 'float64',
    });
    model.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' });
    const report = checkModelGradients({ model });
    expectRight(report);
    expect(report.tensors.map(({ name }) => name)).toContain('conv15.weight');
  });

  test('branches, joined in every way', () => {
    const model = knottyNetwork({ seed: 1, dtype: 'float64' });
    model.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' });
    expectRight(checkModelGradients({ model }));
  });

  test('with normalisation, and activations as options', () => {
    const model = sequential({
      inputShape: [6, 6, 2],
      layers: [
        conv2d({ filters: 3, kernelSize: 3, useBias: false }),
        batchNormalization(),
        relu(),
        spatialDropout2d({ rate: 0.2 }),
        flatten(),
        dense({ units: 8, activation: 'gelu' }),
        layerNormalization(),
        dense({ units: 4, activation: 'softmax' }),
      ],
      dtype: 'float64',
    });
    model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    const before = model.layers.flatMap(({ state }) => state.map(({ value }) => [...value.data]));
    expectRight(checkModelGradients({ model, batchSize: 4 }));
    const after = model.layers.flatMap(({ state }) => state.map(({ value }) => [...value.data]));
    expect(after).toEqual(before);
  });

  test('softmax in the middle of a network', () => {
    const model = sequential({
      inputShape: [6],
      layers: [dense({ units: 5 }), softmax(), dense({ units: 4 }), softmax()],
      dtype: 'float64',
    });
    model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    expectRight(checkModelGradients({ model, batchSize: 4 }));
  });
});

describe('the check itself', () => {
  /** x², with a slope that is off by a factor. */
  class Square extends Layer {
    override readonly type = 'square';
    override readonly namePrefix = 'square';
    readonly #slope: number;
    #input!: Tensor;
    constructor(slope: number) {
      super(undefined);
      this.#slope = slope;
    }
    protected override connect([input]: readonly [Signal]): Signal {
      return input;
    }
    override forward([input]: readonly [Tensor]): Tensor {
      this.#input = input;
      const output = this.workspace.tensor('output', input.shape[0]!, input.shape.slice(1));
      this.kernels.elementwise({ x: input }, ({ x }) => ({ output: math.square(x) }), { output });
      return output;
    }
    override backward(dOutput: Tensor): readonly [Tensor] {
      const dInput = this.workspace.tensor('dInput', dOutput.shape[0]!, dOutput.shape.slice(1));
      this.kernels.elementwise(
        { x: this.#input, dOutput },
        ({ x, dOutput }) => ({ dInput: dOutput.times(x.times(this.#slope)) }),
        { dInput },
      );
      return [dInput];
    }
    protected override options(): Record<string, unknown> {
      return {};
    }
  }

  test('accepts a custom layer with the right gradient', () => {
    expectRight(checkLayerGradients({ layer: new Square(2), inputShape: [20] }));
  });

  test('finds an error of one in a hundred thousand', () => {
    const { failures } = checkLayerGradients({ layer: new Square(2.00002), inputShape: [20] });
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(/square "square1" input\[\d+\]: expected gradient/);
  });

  test('finds a bias that does not train', () => {
    class ForgetfulDense extends Layer {
      override readonly type = 'forgetful';
      override readonly namePrefix = 'forgetful';
      readonly inner = dense({ units: 3, name: 'inner' });
      override get parameters() {
        return this.inner.parameters;
      }
      protected override connect([input]: readonly [Signal]): Signal {
        return this.inner.build([input], this.context);
      }
      override forward([input]: readonly [Tensor], training: boolean): Tensor {
        return this.inner.forwardPass([input], training);
      }
      override backward(
        dOutput: Tensor,
        [needsInputGradient]: readonly [boolean],
      ): readonly [Tensor] {
        const [dInput] = this.inner.backwardPass(dOutput, [needsInputGradient]);
        this.parameters[1]!.gradient.data.fill(0);
        return [dInput!];
      }
      protected override options(): Record<string, unknown> {
        return {};
      }
    }
    const { failures } = checkLayerGradients({
      layer: new ForgetfulDense(undefined),
      inputShape: [4],
    });
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain('bias');
  });

  test('refuses float32, in which differences are too coarse', () => {
    const model = createPreset('simple');
    model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    expect(() => checkModelGradients({ model })).toThrow(/expected float64/);
  });
});
