/** A quick look at real MNIST: a tenth of the images, one epoch; and every test image once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Backend } from '@convnet/convnet';
import { loadModel } from '@convnet/convnet/node';
import { loadImages } from '@convnet/mnist-io/node';
import { afterAll, describe, expect, test } from 'vitest';
import { needed } from '../../../test-needs.shared.ts';
import { kernelsFor } from '../src/backend.ts';
import { runCli } from './run-cli.ts';

const dataDir = needed('MNIST', 'training on MNIST');

describe.skipIf(!dataDir)('with CONVNET_DATA_DIR set', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'convnet-mnist-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('train uses it, says so, and learns', async () => {
    const flags = [
      '--limit',
      '6000',
      '--epochs',
      '1',
      '-o',
      path.join(folder, 'model.safetensors'),
    ];
    const { stdout } = await runCli(['train', ...flags], { CONVNET_DATA_DIR: dataDir });
    expect(stdout).toContain(
      `data: real MNIST from ${dataDir!} (CONVNET_DATA_DIR); 6,000 training`,
    );
    const accuracy = Number(/test accuracy: ([\d.]+) %/.exec(stdout)![1]);
    expect(accuracy).toBeGreaterThan(90);
  });

  test('every backend reads all 10,000 test images alike', async () => {
    const { test: digits } = await loadImages({ dataset: 'mnist', dataDir: dataDir!, seed: 1 });
    const file = fileURLToPath(new URL('../../server/models/mnist.safetensors', import.meta.url));
    const predictions = async (backend: Backend) =>
      (await loadModel(file, { kernels: kernelsFor({ backend }) })).predict(digits.images).data;
    const expected = await predictions('reference');
    for (const backend of ['simd', 'relaxed'] as const) {
      const actual = await predictions(backend);
      let differing = 0;
      for (let row = 0; row < expected.length; row += 10) {
        const [first, second] = expected.slice(row, row + 10).toSorted((a, b) => b - a);
        const best = (scores: typeof expected) => {
          const all = scores.subarray(row, row + 10);
          return all.indexOf(Math.max(...all));
        };
        if (first! - second! > 1e-4 && best(actual) !== best(expected)) differing += 1;
      }
      expect(differing).toBe(0);
    }
  });
});
