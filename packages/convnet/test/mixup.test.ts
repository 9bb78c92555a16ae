/** Mixup by its definition, and training with it. */
import { createHash } from 'node:crypto';
import { createKernels, Tensor } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
  adam,
  dense,
  flatten,
  mixup,
  sequential,
  softmax,
  type MixedBatch,
  type SampleSource,
} from '../src/index.ts';
import { stripes } from './stripes.ts';

const COUNT = 50;
const CLASSES = 5;
/** Samples of one number, which tells them apart; float64, so that shares can be read from mixtures. */
const numbers = new Tensor(
  Float64Array.from({ length: COUNT }, (_, n) => n),
  [COUNT, 1],
);
const labels = Array.from({ length: COUNT }, (_, n) => n % CLASSES);

async function batchesOf(
  batches: AsyncIterable<MixedBatch>,
): Promise<{ x: readonly number[]; y: readonly number[]; count: number }[]> {
  const all = [];
  for await (const { x, y } of batches) {
    all.push({ x: [...x.data], y: [...y.data], count: x.shape[0]! });
  }
  return all;
}

const options = { classCount: CLASSES, batchSize: 16, seed: 1 };

describe('a mixture', () => {
  test('has the same share of two samples as of their targets', async () => {
    // Samples of a class are equal: of a mixture of two classes, y tells the share, and x must agree.
    const x = Tensor.from(
      labels.map((label) => [2 ** label, 3 ** label]),
      'float64',
    );
    let mixtures = 0;
    for await (const batch of mixup(x, labels, { ...options, alpha: 1 })(0)) {
      const [N] = batch.x.shape;
      for (let n = 0; n < N!; n++) {
        const row = [...batch.y.rows(n, 1).data];
        const shares = row
          .map((share, label) => ({ share, label }))
          .filter(({ share }) => share > 0);
        expect(shares.length === 1 || shares.length === 2).toBe(true);
        expect(row.reduce((sum, share) => sum + share)).toBeCloseTo(1, 14);
        if (shares.length === 2) mixtures += 1;
        for (const [i, base] of [2, 3].entries()) {
          const expected = shares.reduce((sum, { share, label }) => sum + share * base ** label, 0);
          expect(batch.x.data[2 * n + i]).toBeCloseTo(expected, 12);
        }
      }
    }
    expect(mixtures).toBeGreaterThan(25);
  });

  test('is exactly λ of a sample and 1 − λ of another of its batch', async () => {
    // Each sample is 1 at its own place: a mixture shows its two samples, and their shares.
    const identity = Tensor.zeros([COUNT, COUNT], 'float64');
    for (let n = 0; n < COUNT; n++) identity.data[n * COUNT + n] = 1;
    const owns: number[] = [];
    for await (const { x } of mixup(identity, labels, { ...options, alpha: 4 })(3)) {
      const count = x.shape[0]!;
      const column = new Float64Array(COUNT);
      for (let n = 0; n < count; n++) {
        const shares = [...x.rows(n, 1).data];
        const parts = shares.filter((share) => share > 0);
        if (parts.length === 1) expect(parts).toEqual([1]);
        else {
          const [a, b] = parts as [number, number];
          expect(parts).toHaveLength(2);
          expect(a === 1 - b || b === 1 - a).toBe(true);
        }
        shares.forEach((share, i) => (column[i]! += share > 0 ? 1 : 0));
      }
      const members = [...column.keys()].filter((i) => column[i]! > 0);
      expect(members).toHaveLength(count);
      owns.push(...members);
    }
    expect(owns.sort((a, b) => a - b)).toEqual([...labels.keys()]);
  });

  test.each([0.2, 1, 3])('has shares of the mean and variance of Beta(%d, α)', async (alpha) => {
    const count = 4000;
    const x = Tensor.from(
      Array.from({ length: count }, (_, n) => [n % 2]),
      'float64',
    );
    const classes = Array.from({ length: count }, (_, n) => n % 2);
    const shares: number[] = [];
    for (let epoch = 0; epoch < 5; epoch++) {
      const mixed = mixup(x, classes, { classCount: 2, alpha, batchSize: 2, seed: 1 });
      for await (const batch of mixed(epoch)) {
        for (const value of batch.x.data) if (value > 0 && value < 1) shares.push(value);
      }
    }
    expect(shares.length).toBeGreaterThan(3000);
    // 1 − λ has the same distribution as λ. Rounding to 0 or 1 leaves out few.
    const mean = shares.reduce((sum, share) => sum + share) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - 0.5) ** 2, 0) / shares.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
    expect(Math.abs(variance * 4 * (2 * alpha + 1) - 1)).toBeLessThan(0.07);
  });
});

test('batches are the same for a seed and an epoch, and others for others', async () => {
  const of = (seed: number, epoch: number) =>
    batchesOf(mixup(numbers, labels, { ...options, seed })(epoch));
  const first = await of(1, 0);
  expect(first.map(({ count }) => count)).toEqual([16, 16, 16, 2]);
  expect(await of(1, 0)).toEqual(first);
  expect(await of(2, 0)).not.toEqual(first);
  expect(await of(1, 1)).not.toEqual(first);
  const bytes = new Uint8Array(Float64Array.from(first.flatMap(({ x, y }) => [...x, ...y])).buffer);
  expect(createHash('sha256').update(bytes).digest('hex').slice(0, 16)).toBe('72a9d79ca07b925f');
});

test('samples of a source are read in the epoch, also later', async () => {
  const epochs: unknown[] = [];
  const source: SampleSource = {
    sampleCount: COUNT,
    sampleShape: [1],
    async readSamples(indices, into, epoch) {
      epochs.push(epoch);
      await Promise.resolve();
      into.set(indices);
    },
  };
  const later = await batchesOf(mixup(source, labels, options)(4));
  const memory = await batchesOf(mixup(numbers, labels, options)(4));
  expect(epochs).toEqual([4, 4, 4, 4]);
  for (const [i, { x }] of later.entries()) {
    for (const [n, value] of x.entries()) expect(value).toBeCloseTo(memory[i]!.x[n]!, 4);
  }
});

test('networks learn from it, on one thread as on two', async () => {
  const { x, labels: classes } = stripes(200);
  const held = stripes(100, 2);
  const weights = [];
  for (let run = 0; run < 2; run++) {
    const model = sequential({
      inputShape: [6, 6, 1],
      seed: 1,
      kernels: createKernels('simd', { threads: run + 1 }),
      layers: [flatten(), dense({ units: 16, activation: 'relu' }), dense({ units: 2 }), softmax()],
    });
    model.compile({
      optimizer: adam({ learningRate: 0.01 }),
      loss: 'categoricalCrossentropy',
      metrics: ['accuracy'],
    });
    const mixed = mixup(x, classes, { classCount: 2, seed: 1 });
    const { history } = await model.fit(mixed, { epochs: 15 });
    expect(history.loss.at(-1)).toBeLessThan(0.75 * history.loss[0]!);
    const guesses = model.predict(held.x);
    const right = [...held.labels].filter((label, n) => guesses.data[2 * n + label]! > 0.5).length;
    expect(right).toBeGreaterThan(90);
    weights.push(model.getWeights());
  }
  expect(weights[1]).toEqual(weights[0]);
});

test('an epoch ends when its signal aborts', async () => {
  const controller = new AbortController();
  const batches = mixup(numbers, labels, options)(0, controller.signal);
  await batches.next();
  controller.abort(new Error('enough'));
  await expect(batches.next()).rejects.toThrow('enough');
});

test.each<[string, () => unknown, string]>([
  [
    'no class',
    () => mixup(numbers, [...labels.slice(1), 5], options),
    'mixup labels[49]: expected',
  ],
  [
    'too few labels',
    () => mixup(numbers, [1], options),
    'mixup: expected as many labels as samples',
  ],
  ['alpha 0', () => mixup(numbers, labels, { ...options, alpha: 0 }), 'mixup alpha: expected'],
  [
    'no samples',
    () => mixup([1] as never, labels, options),
    'mixup: expected samples, as a tensor',
  ],
  ['half a batch', () => mixup(numbers, labels, { ...options, batchSize: 0.5 }), 'batchSize'],
])('%s is refused', (_, call, words) => {
  expect(call).toThrow(words);
});
