/** Files in which bytes were changed at random are read, or refused by an error of a kind that programs know. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { ConvnetError } from '@convnet/tensor';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DataError,
  decompressIfGzipped,
  encodeIdx,
  encodeNpy,
  parseIdx,
  parseNpy,
  readIdx,
} from '../src/index.ts';
import { convertDataset, openDataset, readIdxFile } from '../src/node/index.ts';
import { parseNpyStrings } from '../src/npy/npy-strings.ts';
import { temporaryFolder } from './small-dataset.ts';

let folder = '';
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => rm(folder, { recursive: true }));

const labels = Uint8Array.from({ length: 20 }, (_, i) => i % 3);
const pixels = Uint8Array.from({ length: 20 * 16 }, (_, i) => (i * i) >> 3);
const images = { shape: [20, 4, 4], data: pixels };
const strange = Int16Array.from({ length: 300 }, (_, i) => i * i);

/** Bytes put in place of others, at the beginning as often as elsewhere. */
const change = (length: number) =>
  fc.record({
    at: fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: length })),
    removed: fc.constantFrom(0, 1, 1, 1, 4, 1000),
    inserted: fc.uint8Array({ maxLength: 4 }),
  });

/** Reads changed files: nothing but typed errors of few words. */
async function check(
  file: Uint8Array,
  read: (changed: Uint8Array) => unknown,
  numRuns = 300,
): Promise<void> {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(change(file.length), { minLength: 1, maxLength: 3 }),
      async (list) => {
        let changed = file;
        for (const { at, removed, inserted } of list) {
          const rest = changed.subarray(Math.min(changed.length, at + removed));
          changed = Uint8Array.from([...changed.subarray(0, at), ...inserted, ...rest]);
        }
        try {
          await read(changed);
        } catch (error) {
          refused += 1;
          expect(error).toBeInstanceOf(DataError);
          expect(error).toBeInstanceOf(ConvnetError);
          expect((error as Error).message.length).toBeLessThanOrEqual(1000);
        }
      },
    ),
    { numRuns, seed: 1 },
  );
  expect(refused).toBeGreaterThan(numRuns / 20);
}

/** Writes what was changed, and reads it from there. */
const inFile =
  (name: string, read: (file: string) => Promise<unknown>) => async (bytes: Uint8Array) => {
    const file = path.join(folder, name);
    await writeFile(file, bytes);
    await read(file);
  };

async function readAll(input: string): Promise<void> {
  const { sets } = await openDataset(input);
  for (const set of sets)
    for await (const { labels: some } of set.batches()) expect(some).toBeDefined();
}

describe('changed', () => {
  test('IDX files', async () => {
    await check(encodeIdx({ shape: [10, 30], data: strange }), parseIdx);
    await check(encodeIdx(images), inFile('images-idx3-ubyte', readIdxFile), 100);
  });

  test('gzip files', async () => {
    await check(gzipSync(encodeIdx(images)), (bytes) => readIdx(bytes));
    const twice = Buffer.concat([gzipSync(pixels), gzipSync(labels), new Uint8Array(50)]);
    await check(twice, (bytes) => decompressIfGzipped(bytes, { maxBytes: 10_000 }));
    await check(gzipSync(encodeIdx(images)), inFile('images-idx3-ubyte.gz', readIdxFile), 100);
  });

  test('.npy files', async () => {
    await check(encodeNpy({ shape: [10, 30], data: strange }), (bytes) => parseNpy(bytes));
    await check(encodeNpy(images), (bytes) => parseNpyStrings(bytes, 'names'));
  });

  test('.npz files', async () => {
    await writeFile(path.join(folder, 'train-images.npy'), encodeNpy(images));
    await writeFile(
      path.join(folder, 'train-labels.npy'),
      encodeNpy({ shape: [20], data: labels }),
    );
    const whole = path.join(folder, 'whole.npz');
    await convertDataset(path.join(folder, 'train-images.npy'), whole);
    const { readFile } = await import('node:fs/promises');
    await check(await readFile(whole), inFile('changed.npz', readAll), 150);
  });

  test('.csv files', async () => {
    const lines = Array.from(labels, (label, i) =>
      [label, ...pixels.subarray(16 * i, 16 * i + 16)].join(),
    );
    await check(Buffer.from(`${lines.join('\n')}\n`), inFile('changed.csv', readAll), 150);
  });
});
