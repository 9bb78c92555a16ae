/** Exported networks, computed by an ONNX runtime, give what they give here. */
import type { Tensor } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
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
  functional,
  gelu,
  globalAveragePooling2d,
  globalMaxPooling2d,
  Layer,
  layerNormalization,
  layers,
  leakyRelu,
  maxPooling2d,
  relu,
  reshape,
  separableConv2d,
  sequential,
  sigmoid,
  silu,
  softmax,
  spatialDropout2d,
  tanh,
  zeroPadding2d,
  type Model,
  type Signal,
} from '../../src/index.ts';
import { encodeOnnx, OnnxExportError } from '../../src/onnx/index.ts';
import { expectSameInOnnx, runOnnx, scattered, sessionOf } from './run-onnx.ts';

const inputShape = [9, 7, 4];
const same = { filters: 6, kernelSize: 3, padding: 'same' } as const;

describe('a network in an ONNX runtime', () => {
  test.each(['simple', 'lenet5', 'cnn'] as const)('%s', async (preset) => {
    await expectSameInOnnx(createPreset(preset, { seed: 1 }));
  });

  test.each([
    ['relu', () => relu()],
    ['leakyRelu', () => leakyRelu({ negativeSlope: 0.2 })],
    ['elu', () => elu({ alpha: 0.7 })],
    ['gelu', () => gelu()],
    ['gelu by tanh', () => gelu({ approximate: true })],
    ['silu', () => silu()],
    ['sigmoid', () => sigmoid()],
    ['tanh', () => tanh()],
    ['activation', () => layers.activation({ activation: 'gelu' })],
    ['dropout', () => dropout({ rate: 0.5 })],
    ['spatialDropout2d', () => spatialDropout2d({ rate: 0.5 })],
    ['batchNormalization', () => batchNormalization()],
    ['batchNormalization alone', () => batchNormalization({ center: false, scale: false })],
    ['layerNormalization', () => layerNormalization()],
    ['maxPooling2d', () => maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })],
    ['conv2d with an activation', () => conv2d({ ...same, activation: 'silu' })],
    ['conv2d with strides', () => conv2d({ ...same, strides: 2 })],
    ['conv2d, dilated', () => conv2d({ ...same, dilationRate: 2, useBias: false })],
    ['conv2d in groups', () => conv2d({ ...same, groups: 2 })],
    ['depthwiseConv2d', () => depthwiseConv2d({ kernelSize: [3, 2], depthMultiplier: 2 })],
    ['separableConv2d', () => separableConv2d({ ...same, strides: 2, depthMultiplier: 2 })],
    ['averagePooling2d', () => averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' })],
    ['globalAveragePooling2d', () => globalAveragePooling2d()],
    ['globalMaxPooling2d', () => globalMaxPooling2d({ keepDims: true })],
    [
      'zeroPadding2d',
      () =>
        zeroPadding2d({
          padding: [
            [1, 0],
            [2, 3],
          ],
        }),
    ],
    ['reshape', () => reshape({ targetShape: [7, 12, 3] })],
  ])('%s', async (_, make) => {
    await expectSameInOnnx(sequential({ inputShape, layers: [make()] }));
    await expectSameInOnnx(
      sequential({ inputShape, layers: [make(), flatten(), dense({ units: 5 }), softmax()] }),
    );
  });

  const poolSize = { poolSize: 3, strides: 2 } as const;
  test.each([
    ['max', () => [maxPooling2d({ poolSize: 2 })]],
    ['max, itself padded', () => [maxPooling2d({ ...poolSize, padding: 'same' })]],
    ['average', () => [averagePooling2d({ poolSize: 2 })]],
    ['average, itself padded', () => [averagePooling2d({ ...poolSize, padding: 'same' })]],
    ['wide strides', () => [maxPooling2d({ poolSize: 1, strides: [3, 1], padding: 'same' })]],
    ['dropout and a pool', () => [dropout({ rate: 0.5 }), maxPooling2d({ poolSize: 2 })]],
    ['more zeros', () => [zeroPadding2d({ padding: 2 }), maxPooling2d({ poolSize: 2 })]],
    ['a convolution', () => [conv2d({ filters: 2, kernelSize: 2, padding: 'same' })]],
  ])('zeros before %s count', async (_, make) => {
    for (const padding of [1, 3]) {
      const zeros = zeroPadding2d({ padding });
      const network = sequential({ inputShape: [6, 6, 2], layers: [zeros, ...make()], seed: 1 });
      await expectSameInOnnx(network, [2], ['disabled', 'all']);
    }
  });

  test('whose values are no images', async () => {
    const x = layers.input({ shape: [3, 3, 4] });
    const a = batchNormalization().apply(reshape({ targetShape: [6, 6] }).apply(x));
    const b = reshape({ targetShape: [6, 2, 3, 2] }).apply(concatenate().apply([a, a]));
    const y = batchNormalization().apply(layerNormalization().apply(b));
    await expectSameInOnnx(functional({ inputs: x, outputs: y, seed: 1 }));
  });

  test('that branches', async () => {
    const x = layers.input({ shape: inputShape });
    const a = conv2d(same).apply(x);
    const b = relu().apply(conv2d(same).apply(x));
    const sum = layers.add().apply([a, b]);
    const all = concatenate().apply([layers.multiply().apply([sum, b]), x]);
    const flat = flatten().apply(all);
    const y = dense({ units: 3, activation: 'tanh' }).apply(flat);
    await expectSameInOnnx(functional({ inputs: x, outputs: softmax().apply(y), seed: 1 }));
  });
});

describe('the file says', () => {
  const text = (network: Model): string => Buffer.from(encodeOnnx(network)).toString('latin1');

  test('how images lie and what they are normalised by', () => {
    const network = createPreset('simple', { seed: 1 });
    expect(text(network)).toContain(
      'float32 images [N, C, H, W]: samples, channels, rows, columns; normalised as for training',
    );
    network.info = { preprocessing: { mean: 0.25, standardDeviation: 0.5 } };
    expect(text(network)).toContain('normalised: (x - 0.25) / 0.5 of pixels x from 0 to 1');
    expect(text(network)).toContain('convnet.layout\x12\x04NCHW');
  });

  test('that vectors are vectors', () => {
    const network = sequential({ inputShape: [4], layers: [dense({ units: 2 })], seed: 1 });
    expect(text(network)).toContain('float32 samples [N, 4]; normalised as for training');
    expect(text(network)).not.toContain('convnet.layout');
  });
});

/** A layer that ONNX export does not know. */
class Doubling extends Layer {
  override readonly type = 'doubling';
  override readonly namePrefix = 'doubling';

  protected override connect([signal]: readonly [Signal]): Signal {
    return signal;
  }

  override forward([x]: readonly [Tensor]): Tensor {
    const [N, ...sample] = x.shape;
    const output = this.workspace.tensor('output', N!, sample);
    this.kernels.elementwise({ x }, (at) => ({ output: at.x.plus(at.x) }), { output });
    return output;
  }

  override backward(dOutput: Tensor): readonly [Tensor] {
    return [dOutput];
  }

  protected override options(): Record<string, unknown> {
    return {};
  }
}

test('layers of one’s own are named, or exported by an exporter', async () => {
  const network = sequential({ inputShape, layers: [new Doubling('mine')] });
  expect(() => encodeOnnx(network)).toThrow(OnnxExportError);
  expect(() => encodeOnnx(network)).toThrow(/doubling "mine": expected a layer that ONNX export/);
  const bytes = encodeOnnx(network, {
    exporters: {
      doubling: ({ graph, layer, inputs }) =>
        graph.node('Add', [inputs[0]!, inputs[0]!], layer.name),
    },
  });
  const x = scattered(network);
  expect(await runOnnx(await sessionOf(bytes), x)).toEqual([...network.predict(x).data]);
});
