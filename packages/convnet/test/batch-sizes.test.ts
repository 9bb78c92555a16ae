/** Training on batches that never have the same size twice: what is recorded for them is bounded. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { MOST_PASSES, RecordedPasses } from '../src/network/recorded-passes.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'convnet-batch-sizes-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a thousand sizes take less than 320 MiB', () => {
  const program = path.join(folder, 'batch-sizes.mjs');
  buildSync({
    entryPoints: [fileURLToPath(new URL('batch-sizes.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@convnet/source'],
  });
  const growth = Number(execFileSync(process.execPath, [program], { encoding: 'utf8' }));
  expect(growth).toBeGreaterThan(0);
  expect(growth).toBeLessThan(320 * 2 ** 20);
});

test('the passes that were used last are kept', () => {
  const passes = new RecordedPasses<number>();
  let recorded = 0;
  const get = (key: string): number => passes.get(key, () => ++recorded);
  const first = get('first');
  for (let i = 0; i < 3 * MOST_PASSES; i++) {
    get(`${i}`);
    expect(get('first')).toBe(first);
  }
  get('0'); // long gone
  expect(recorded).toBe(1 + 3 * MOST_PASSES + 1);
});
