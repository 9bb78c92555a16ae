/** Ten megabytes made to hurt: what took time by the square of its length would take hours over these. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataError, datasetNamed } from '../src/index.ts';
import { openDataset } from '../src/node/index.ts';
import { mirrorsOf } from '../src/node/download/mirrors.ts';
import { isIdxName, labelsBeside } from '../src/node/formats/format-names.ts';
import { temporaryFolder } from './small-dataset.ts';

const long = 10_000_000;
let folder = '';
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => rm(folder, { recursive: true }));

// Less of it: the parser takes a second for a line of a million characters.
const line = 300_000;

test.each([
  ['a quote without an end', `"${'a'.repeat(line)}`],
  ['quotes', '"'.repeat(line)],
  ['spaces', ' '.repeat(line)],
  ['empty lines', '\n'.repeat(long)],
  ['a name of a column', `label,${'1'.repeat(line)}x,2x3`],
])('a .csv file of %s', async (_, text) => {
  const file = path.join(folder, 'long.csv');
  await writeFile(file, text);
  const error: unknown = await openDataset(file).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  expect((error as Error).message.length).toBeLessThanOrEqual(1000);
});

test('names of files', () => {
  for (const part of ['-idx', '.gz', '-ubyte', 'x-', '/']) {
    const name = `${part.repeat(long / part.length)}!`;
    expect(isIdxName(name)).toBe(false);
    expect(labelsBeside(name).length).toBeGreaterThan(0);
  }
});

test('the address of a mirror', () => {
  const own = `https://mirror.example/${'/'.repeat(long)}x`;
  expect(mirrorsOf(datasetNamed('mnist'), { CONVNET_MIRROR: own })[0]).toMatch(/x\/mnist\/$/);
  const slashes = mirrorsOf(datasetNamed('mnist'), { CONVNET_MIRROR: 'https://mirror.example//' });
  expect(slashes).toEqual(['https://mirror.example/mnist/']);
});
