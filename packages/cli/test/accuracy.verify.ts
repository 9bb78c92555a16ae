/** What the presets reach on real MNIST with their default settings, through the command line. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { needed } from '../../../test-needs.shared.ts';
import { runCli } from './run-cli.ts';

const dataDir = needed('MNIST', 'accuracies on MNIST');

describe.skipIf(!dataDir)('on MNIST', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'convnet-accuracy-'));
  const output = path.join(folder, 'model.safetensors');
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  async function train(...flags: string[]): Promise<{ accuracy: number; sha256: string }> {
    const args = ['train', '--data-dir', dataDir!, '--json', '-q', '-o', output, ...flags];
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const { test: result } = JSON.parse(stdout) as { test: { accuracy: number } };
    console.info(`train ${flags.join(' ')}: test accuracy ${(100 * result.accuracy).toFixed(2)} %`);
    const sha256 = createHash('sha256').update(readFileSync(output)).digest('hex');
    return { accuracy: result.accuracy, sha256 };
  }

  test.each(['1', '2', '3'])('simple with seed %s reads at least 98.0 %', async (seed) => {
    expect((await train('--seed', seed)).accuracy).toBeGreaterThanOrEqual(0.98);
  });

  test.each(['1', '2', '3'])('lenet5 with seed %s reads at least 98.8 %', async (seed) => {
    const { accuracy } = await train('--model', 'lenet5', '--seed', seed);
    expect(accuracy).toBeGreaterThanOrEqual(0.988);
  });

  test('cnn with seed 1 reads at least 99.0 %', async () => {
    expect((await train('--model', 'cnn')).accuracy).toBeGreaterThanOrEqual(0.99);
  });

  test('lenet5 trained on generated digits alone reads at least 97 % of the real ones', async () => {
    await train('--model', 'lenet5', '--dataset', 'generated');
    const args = ['evaluate', '--model', output, '--data-dir', dataDir!, '--min-accuracy', '0.97'];
    const { code, stderr } = await runCli(args);
    console.info(stderr.trim().split('\n').at(-1));
    expect(code).toBe(0);
  });

  test('cnn with strong augmentation, seeds 1 to 3, reads at least 99.4 % on average', async () => {
    const flags = ['--model', 'cnn', '--augment', 'strong', '--epochs', '15'];
    let sum = 0;
    for (const seed of ['1', '2', '3']) sum += (await train(...flags, '--seed', seed)).accuracy;
    console.info(`train ${flags.join(' ')}: mean ${((100 * sum) / 3).toFixed(2)} %`);
    expect(sum / 3).toBeGreaterThanOrEqual(0.994);
  });

  test('the server ships what train makes of lenet5 with simd, byte for byte', async () => {
    const { sha256 } = await train('--model', 'lenet5', '--backend', 'simd');
    const shipped = readFileSync(new URL('../../server/models/mnist.safetensors', import.meta.url));
    expect(createHash('sha256').update(shipped).digest('hex')).toBe(sha256);
  });

  test('two runs with one seed give the same file', async () => {
    const flags = ['--model', 'cnn', '--epochs', '1', '--limit', '6000'];
    const first = await train(...flags);
    expect(await train(...flags)).toEqual(first);
  });
});
