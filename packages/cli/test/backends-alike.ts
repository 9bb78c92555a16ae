/** What every backend reads in MNIST's test images. */
import { fileURLToPath } from 'node:url';
import type { Backend } from '@convnet/convnet';
import { loadModel } from '@convnet/convnet/node';
import { loadImages } from '@convnet/mnist-io/node';
import { expect } from 'vitest';
import { kernelsFor } from '../src/backend.ts';

const CLASSES = 10;
/** Answers whose two best are nearer than this may go either way. */
const UNDECIDED = 1e-4;

/** Expects the shipped model to give `count` images the same classes with every backend. */
export async function expectAlike(dataDir: string, count: number): Promise<void> {
  const { test: digits } = await loadImages({ dataset: 'mnist', dataDir, seed: 1 });
  const { images } = digits.slice(0, count);
  const file = fileURLToPath(new URL('../../server/models/mnist.safetensors', import.meta.url));
  const predictions = async (backend: Backend) =>
    (await loadModel(file, { kernels: kernelsFor({ backend }) })).predict(images).data;
  const expected = await predictions('reference');
  expect(expected).toHaveLength(count * CLASSES);
  for (const backend of ['simd', 'relaxed'] as const) {
    const actual = await predictions(backend);
    let differing = 0;
    for (let row = 0; row < expected.length; row += CLASSES) {
      const [first, second] = expected.slice(row, row + CLASSES).toSorted((a, b) => b - a);
      const best = (scores: typeof expected) => {
        const all = scores.subarray(row, row + CLASSES);
        return all.indexOf(Math.max(...all));
      };
      if (first! - second! > UNDECIDED && best(actual) !== best(expected)) differing += 1;
    }
    expect(differing).toBe(0);
  }
}
