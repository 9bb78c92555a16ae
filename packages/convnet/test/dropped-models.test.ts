/** The memory of 100 networks that are dropped; `dropped-models.verify.ts` drops 5,000. */
import { expect, test } from 'vitest';
import { runBundled } from './bundled-program.ts';

test('100 networks, made and dropped, take less than 512 MiB; uncollected, they take 1 GB', () => {
  expect(Number(runBundled('dropping.ts', '100'))).toBeLessThan(512 * 2 ** 20);
}, 120_000);
