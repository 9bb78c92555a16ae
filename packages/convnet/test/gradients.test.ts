/** Every layer and whole networks against finite differences in float64. */
import { math } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
  adam,
  batchNormalization,
  conv2d,
  createPreset,
  dense,
  flatten,
  Layer,
  layerNormalization,
  presets,
  relu,
  sequential,
  softmax,
  spatialDropout2d,
  Tensor,
  type Signal,
} from '../src/index.ts';
import { layerCases } from './layer-cases.ts';
import { residualNetwork } from './branching-networks.ts';
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
  test.each(layerCases)('%s', (_, make, inputShapes) => {
    const report = checkLayerGradients({ layer: make(), inputShapes, batchSize: 3 });
    expectRight(report);
    expect(report.tensors.length).toBeGreaterThanOrEqual(inputShapes.length);
  });
});

describe('networks with their loss', () => {
  // The layers of two presets, on images small enough for a slow machine; `gradients.verify.ts`
  // checks all of them at their own size, and more ways to branch.
  test.each(['simple', 'lenet5'] as const)('%s', (preset) => {
    const layers = presets[preset].layers(10);
    const model = sequential({ inputShape: [12, 12, 1], layers, seed: 1, dtype: 'float64' });
    model.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' });
    const before = model.parameters.map(({ value }) => [...value.data]);
    const report = checkModelGradients({ model, batchSize: 1 });
    expectRight(report);
    expect(report.tensors.map(({ name }) => name)).toContain('conv1.bias');
    expect(model.parameters.map(({ value }) => [...value.data])).toEqual(before);
  });

  test('a residual network', () => {
    const model = residualNetwork({
      inputShape: [7, 7, 1],
      filters: [2, 3],
      blocks: 1,
      classes: 3,
      seed: 1,
      dtype: 'float64',
    });
    model.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' });
    const report = checkModelGradients({ model });
    expectRight(report);
    expect(report.tensors.map(({ name }) => name)).toContain('conv6.weight');
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
