import { expect, test } from 'vitest';
import { convertSet } from './convert-set.ts';
import type { LabelledBatch } from '../formats/labelled-images.ts';

/** More batches than are converted before a signal arrives. */
const MANY = 1_000_000;

test('gives way to signals between batches that are all in memory', async () => {
  let converted = 0;
  async function* batches(): AsyncGenerator<LabelledBatch, void, undefined> {
    await Promise.resolve();
    for (; converted < MANY; converted++)
      yield { pixels: Uint8Array.of(1), labels: Uint8Array.of(0) };
  }
  const interruption = new AbortController();
  setTimeout(() => {
    interruption.abort();
  }, 0);
  const conversion = convertSet(
    { split: 'train', height: 1, width: 1, channels: 1, batches },
    {
      size: undefined,
      fit: 'letterbox',
      pictures: undefined,
      invert: false,
      classCount: undefined,
      signal: interruption.signal,
      open: () =>
        Promise.resolve({
          append: () => Promise.resolve(),
          finish: () => Promise.resolve(),
          close: () => Promise.resolve(),
        }),
    },
  );
  await expect(conversion).rejects.toMatchObject({ name: 'AbortError' });
  expect(converted).toBeLessThan(MANY);
});
