/** A residual network, written as users would, learns generated digits, and survives its file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  adam,
  conv2d,
  dense,
  flatten,
  functional,
  layers,
  maxPooling2d,
  relu,
  softmax,
} from '@convnet/convnet';
import { loadModel, saveModel } from '@convnet/convnet/node';
import { generateDigits } from '@convnet/mnist-io';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(path.join(tmpdir(), 'convnet-residual-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('eleven convolutions learn digits, and go on learning from the file', async () => {
  const conv = () => conv2d({ filters: 8, kernelSize: 3, padding: 'same' });
  const x = layers.input({ shape: [28, 28, 1] });
  let y = maxPooling2d().apply(conv().apply(x));
  for (let block = 0; block < 5; block++) {
    const z = conv().apply(relu().apply(conv().apply(y)));
    y = relu().apply(layers.add().apply([y, z]));
    if (block % 2 === 1) y = maxPooling2d().apply(y);
  }
  const outputs = softmax().apply(dense({ units: 10 }).apply(flatten().apply(y)));
  const network = functional({ inputs: x, outputs, seed: 1 });
  const compiling = () =>
    ({
      optimizer: adam({ learningRate: 0.005 }),
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    }) as const;
  const train = generateDigits({ count: 2000, seed: 1, split: 'train' });
  const held = generateDigits({ count: 300, seed: 1, split: 'test' });
  network.compile(compiling());
  const { history } = await network.fit(train.images, train.labels, {
    epochs: 3,
    validationData: [held.images, held.labels],
  });
  expect(history.loss[0]).toBeGreaterThan(history.loss[1]!);
  expect(history.loss[1]).toBeGreaterThan(history.loss[2]!);
  expect(history['valAccuracy']![2]).toBeGreaterThan(0.6);

  const file = path.join(folder, 'residual.safetensors');
  await saveModel(network, file);
  const loaded = await loadModel(file);
  expect(loaded.predict(held.images).data).toEqual(network.predict(held.images).data);
  loaded.compile(compiling());
  const { history: more } = await loaded.fit(train.images, train.labels);
  expect(more.loss[0]).toBeLessThan(history.loss[2]!);
});
