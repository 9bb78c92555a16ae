/**
 * A trained `cnn` goes out as safetensors and as ONNX: PyTorch and an ONNX runtime read the test
 * images of MNIST as this library does.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  adam,
  conv2d,
  createPreset,
  dense,
  dropout,
  encodeModel,
  flatten,
  loadWeights,
  maxPooling2d,
  relu,
  sequential,
} from '@convnet/convnet';
import { saveModel } from '@convnet/convnet/node';
import { encodeOnnx } from '@convnet/convnet/onnx';
import { loadMnist } from '@convnet/mnist-io/node';
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { needed } from '../../../test-needs.shared.ts';

const dataDir = needed('MNIST', 'reading MNIST elsewhere');
const python = needed('PyTorch', 'reading MNIST in PyTorch');
const MARGIN = 1e-4;

test.skipIf(!dataDir || !python)('10,000 images of MNIST are read alike', async () => {
  const { train, test: tested } = await loadMnist(dataDir!);
  const trained = createPreset('cnn', { seed: 1 });
  trained.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' });
  await trained.fit(train.images, train.labels, { epochs: 1, batchSize: 64 });
  // The logits: all but the softmax.
  const model = sequential({
    inputShape: [28, 28, 1],
    layers: [
      conv2d({ filters: 32, kernelSize: 3 }),
      relu(),
      maxPooling2d(),
      conv2d({ filters: 64, kernelSize: 3 }),
      relu(),
      maxPooling2d(),
      flatten(),
      dropout({ rate: 0.5 }),
      dense({ units: 10 }),
    ],
  });
  loadWeights(model, encodeModel(trained));

  const count = tested.size;
  const images = new Float32Array(count * 784);
  tested.images.readSamples(Uint32Array.from(tested.labels.keys()), images);
  const here = model.predict(tested.images).data;
  const folder = mkdtempSync(path.join(tmpdir(), 'convnet-interchange-'));
  try {
    const session = await InferenceSession.create(encodeOnnx(model));
    const x = new OnnxTensor('float32', images, [count, 1, 28, 28]);
    const { output } = await session.run({ input: x });
    expectAlike(here, output!.data as Float32Array, 'an ONNX runtime');

    const [modelFile, imagesFile] = ['model', 'images'].map((name) => path.join(folder, name));
    await saveModel(model, modelFile!);
    writeFileSync(imagesFile!, images);
    const script = fileURLToPath(
      new URL('../../convnet/test/pytorch/run_on_mnist.py', import.meta.url),
    );
    const printed = execFileSync(python!, [script, modelFile!, imagesFile!], {
      maxBuffer: 2 ** 30,
    });
    const there = new Float32Array(Uint8Array.from(printed).buffer);
    expectAlike(here, there, 'PyTorch');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function expectAlike(here: Float32Array | Float64Array, there: Float32Array, where: string): void {
  expect(there).toHaveLength(here.length);
  let largest = 0;
  let different = 0;
  for (let n = 0; n < here.length; n += 10) {
    const [a, b] = [here, there].map((logits) => Array.from(logits.subarray(n, n + 10)));
    for (let k = 0; k < 10; k++) largest = Math.max(largest, Math.abs(a![k]! - b![k]!));
    const [first, second] = a!.toSorted((p, q) => q - p);
    const guess = (logits: number[]): number => logits.indexOf(Math.max(...logits));
    if (first! - second! > MARGIN && guess(a!) !== guess(b!)) different += 1;
  }
  console.info(`${where}: logits differ by at most ${largest.toExponential(1)}`);
  expect(different).toBe(0);
  expect(largest).toBeLessThanOrEqual(1e-4);
}
