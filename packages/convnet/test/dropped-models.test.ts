/** The memory of 100 networks that are dropped; `dropped-models.verify.ts` drops 5,000. */
import { expect, test } from 'vitest';
import { memoryOfDropping } from './dropped-models.ts';

test('100 networks of 13 MB, made and dropped, take less than half of their 1.3 GB', () => {
  expect(memoryOfDropping(100)).toBeLessThan(512 * 2 ** 20);
}, 120_000);
