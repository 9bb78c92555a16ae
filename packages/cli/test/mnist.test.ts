/** A quick look at real MNIST: a tenth of the images. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { needed } from '../../../test-needs.shared.ts';
import { expectAlike } from './backends-alike.ts';
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

  test('every backend reads 1,000 test images alike', () => expectAlike(dataDir!, 1000));
});
