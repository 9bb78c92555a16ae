/** Exported networks in a runtime that is not ours. */
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-web';
import { RandomStreams, Tensor } from '@convnet/tensor';
import { expect } from 'vitest';
import type { Model } from '../../src/index.ts';
import { encodeOnnx } from '../../src/onnx/index.ts';

/** How much the runtime changes a graph before it runs it. */
export type Optimization = 'disabled' | 'all';

/** A session of the runtime. */
export function sessionOf(
  bytes: Uint8Array,
  graphOptimizationLevel: Optimization = 'all',
): Promise<InferenceSession> {
  return InferenceSession.create(bytes, { logSeverityLevel: 3, graphOptimizationLevel });
}

/** Runs `x`, channels last, through the exported network. */
export async function runOnnx(session: InferenceSession, x: Tensor): Promise<number[]> {
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
export function scattered(network: Model, samples = 3): Tensor {
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

/** The network computes the same there as here, for batches of each size. */
export async function expectSameInOnnx(
  network: Model,
  batches: readonly number[] = [3],
  optimizations: readonly Optimization[] = ['all'],
): Promise<void> {
  const inputs = batches.map((samples) => scattered(network, samples));
  const bytes = encodeOnnx(network);
  for (const optimization of optimizations) {
    const session = await sessionOf(bytes, optimization);
    for (const x of inputs) {
      const here = network.predict(x).data;
      const there = await runOnnx(session, x);
      expect(there).toHaveLength(here.length);
      // Of numbers that cancelled to almost nothing, what is left are their errors.
      const largest = Math.max(...Array.from(here, Math.abs), 0.01);
      for (const [i, value] of here.entries()) {
        expect(Math.abs(value - there[i]!)).toBeLessThanOrEqual(1e-5 * largest);
      }
    }
    await session.release();
  }
}
