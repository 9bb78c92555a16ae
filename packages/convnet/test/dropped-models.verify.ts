/** The memory of 5,000 networks that are dropped. */
import { expect, test } from 'vitest';
import { runBundled } from './bundled-program.ts';

test('5,000 networks, made and dropped, take less than 512 MiB', () => {
  expect(Number(runBundled('dropping.ts', '5000'))).toBeLessThan(512 * 2 ** 20);
}, 1_200_000);
