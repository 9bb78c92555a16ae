/** As `wrong-kinds.test.ts`, with more calls. */
import { expect, test } from 'vitest';
import { callAll } from './wrong-kinds/call-all.ts';

test.each([1, 2, 3])('12,000 calls of seed %d work, or end with typed errors', async (seed) => {
  expect((await callAll(seed, 12_000)).faults).toEqual([]);
});
