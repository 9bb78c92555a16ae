/** Training on batches that never have the same size twice: what is recorded for them is bounded. */
import { expect, test } from 'vitest';
import { MOST_PASSES, RecordedPasses } from '../src/network/recorded-passes.ts';
import { runBundled } from './bundled-program.ts';

test('a thousand sizes take less than 320 MiB', () => {
  const growth = Number(runBundled('batch-sizes.ts'));
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
