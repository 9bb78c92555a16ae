/** Augmented images in training: the library's own way, and `convnet train --augment`. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createKernels, createPreset, type Kernels, type SampleSource } from '@convnet/convnet';
import { augmentations, augmented, generateDigits } from '@convnet/mnist-io';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

const digits = generateDigits({ count: 240, seed: 1, split: 'train' });

/** Trains on augmented digits; the last 60 validate. */
async function trained(kernels: Kernels, { seed = 1, batchSize = 32, epochs = 2 } = {}) {
  const model = createPreset('lenet5', { seed: 1, kernels });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const images = augmented(digits.images, augmentations.strong, { seed });
  const { history } = await model.fit(images, digits.labels, {
    epochs,
    batchSize,
    validationSplit: 0.25,
  });
  return { model, history, weights: model.parameters.map(({ value }) => [...value.data]) };
}

describe('fit', () => {
  test('one seed gives the same bits on 1 to 4 threads, another seed others', async () => {
    const [first, ...others] = await Promise.all(
      [1, 2, 3, 4].map((threads) => trained(createKernels('simd', { threads }))),
    );
    for (const { weights } of others) expect(weights).toEqual(first!.weights);
    const { weights } = await trained(createKernels('simd', { threads: 1 }), { seed: 2 });
    expect(weights).not.toEqual(first!.weights);
  });

  test('augments in training alone: validation, evaluation and prediction see images as they are', async () => {
    const { model, history } = await trained(createKernels('simd', { threads: 1 }));
    const validation = digits.slice(180, 240);
    const { loss } = await model.evaluate(validation.images, validation.labels);
    expect(history['valLoss']!.at(-1)).toBe(loss);

    const images = augmented(validation.images, augmentations.strong, { seed: 1 });
    expect((await model.evaluate(images, validation.labels)).loss).toBe(loss);
    expect(model.predict(images).data).toEqual(model.predict(validation.images).data);
  });

  test('is the same for a source without bytes', async () => {
    const images = augmented(digits.images, augmentations.strong, { seed: 1 });
    const withoutBytes: SampleSource = {
      sampleCount: images.sampleCount,
      sampleShape: images.sampleShape,
      readSamples: (indices, into, epoch) => {
        images.readSamples(indices, into, epoch);
      },
    };
    const losses = await Promise.all(
      [images, withoutBytes].map(async (source) => {
        const kernels = createKernels('simd', { threads: 1 });
        const model = createPreset('simple', { seed: 1, kernels });
        model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
        const { history } = await model.fit(source, digits.labels, { epochs: 2 });
        return history.loss;
      }),
    );
    expect(losses[1]).toEqual(losses[0]);
  });
});

describe('convnet train --augment', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'convnet-augment-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function train(...flags: string[]) {
    const file = path.join(folder, 'model.safetensors');
    const small = ['--dataset', 'generated', '--limit', '300', '--epochs', '2'];
    const { code, stdout, stderr } = await runCli(['train', ...small, '-o', file, ...flags]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return { stdout, bytes: await readFile(file) };
  }

  test('says what it does, and gives one file on any number of threads', async () => {
    const plain = await train();
    expect(plain.stdout).toMatch(/augmentation +none/);
    const strong = await train('--augment', 'strong', '--threads', '1');
    expect(strong.stdout).toMatch(/augmentation +strong/);
    expect(strong.bytes).not.toEqual(plain.bytes);
    expect((await train('--augment', 'strong', '--threads', '2')).bytes).toEqual(strong.bytes);
    expect((await train('--augment', 'light')).bytes).not.toEqual(strong.bytes);
  });

  test('stands among the settings of --json', async () => {
    const { stdout } = await runCli(['train', '--dry-run', '--json', '--augment', 'light']);
    expect(JSON.parse(stdout)).toMatchObject({ settings: { augment: 'light' } });
  });

  test('refuses other names', async () => {
    const { code, stderr } = await runCli(['train', '--dry-run', '--augment', 'wild']);
    expect(code).toBe(2);
    expect(stderr).toContain('none, light, strong');
  });
});
