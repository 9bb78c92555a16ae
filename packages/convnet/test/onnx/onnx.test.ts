/** Exported networks, computed by an ONNX runtime, give what they give here. */
import { RandomStreams, Tensor } from '@convnet/tensor';
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-web';
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

/** Runs `x`, channels last, through the exported network. */
async function runOnnx(network: Model, x: Tensor, bytes = encodeOnnx(network)): Promise<number[]> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const [N, H, W, C] = x.shape as [number, number?, number?, number?];
  let data = Float32Array.from(x.data);
  let shape: number[] = [...x.shape];
  if (H !== undefined && W !== undefined && C !== undefined) {
    shape = [N, C, H, W];
    data = Float32Array.from({ length: x.size }, (_, i) => {
      const [w, h] = [i % W, Math.floor(i / W) % H];
      const [c, n] = [Math.floor(i / (W * H)) % C, Math.floor(i / (W * H * C))];
      return x.data[((n * H + h) * W + w) * C + c]!;
    });
  }
  const { output } = await session.run({ input: new OnnxTensor('float32', data, shape) });
  const values = [...(output!.data as Float32Array)];
  const dims = output!.dims;
  if (dims.length !== 4) return values;
  const [, channels, height, width] = dims as [number, number, number, number];
  return Array.from({ length: values.length }, (_, i) => {
    const [c, w] = [i % channels, Math.floor(i / channels) % width];
    const [h, n] = [
      Math.floor(i / (channels * width)) % height,
      Math.floor(i / (channels * width * height)),
    ];
    return values[((n * channels + c) * height + h) * width + w]!;
  });
}

/** Inputs and weights that are not at their beginnings. */
function scattered(network: Model, samples = 3): Tensor {
  const random = new RandomStreams(1).stream('onnx');
  for (const layer of network.layers) {
    for (const { value } of [...layer.parameters, ...layer.state]) {
      if (value.shape.length > 1) continue;
      for (let i = 0; i < value.size; i++) value.data[i] = random.uniform(0.5, 1.5);
    }
  }
  const x = Tensor.zeros([samples, ...network.inputShape]);
  for (let i = 0; i < x.size; i++) x.data[i] = random.normal();
  return x;
}

async function expectSame(network: Model): Promise<void> {
  const x = scattered(network);
  const [here, there] = [network.predict(x).data, await runOnnx(network, x)];
  expect(there).toHaveLength(here.length);
  const largest = Math.max(...Array.from(here, Math.abs));
  for (const [i, value] of here.entries()) {
    expect(Math.abs(value - there[i]!)).toBeLessThanOrEqual(1e-5 * largest);
  }
}

const inputShape = [9, 7, 4];
const same = { filters: 6, kernelSize: 3, padding: 'same' } as const;

describe('a network in an ONNX runtime', () => {
  test.each(['simple', 'lenet5', 'cnn'] as const)('%s', async (preset) => {
    await expectSame(createPreset(preset, { seed: 1 }));
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
    await expectSame(sequential({ inputShape, layers: [make()] }));
    await expectSame(
      sequential({ inputShape, layers: [make(), flatten(), dense({ units: 5 }), softmax()] }),
    );
  });

  test('that branches', async () => {
    const x = layers.input({ shape: inputShape });
    const a = conv2d(same).apply(x);
    const b = relu().apply(conv2d(same).apply(x));
    const sum = layers.add().apply([a, b]);
    const all = concatenate().apply([layers.multiply().apply([sum, b]), x]);
    const flat = flatten().apply(all);
    const y = dense({ units: 3, activation: 'tanh' }).apply(flat);
    await expectSame(functional({ inputs: x, outputs: softmax().apply(y), seed: 1 }));
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
  expect(await runOnnx(network, x, bytes)).toEqual([...network.predict(x).data]);
});
