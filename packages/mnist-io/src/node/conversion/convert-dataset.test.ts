import { OptionError } from '@convnet/tensor';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DatasetError, MissingDataError, OutputError } from '../../errors.ts';
import { writeIdxFile } from '../idx/write-idx-file.ts';
import { conversionFormats, convertDataset } from './convert-dataset.ts';
import type { RawImage } from '../formats/labelled-images.ts';
import { openDataset } from '../formats/open-dataset.ts';
import type { PictureCodec } from '../formats/picture-codec.ts';

let folder = '';
const at = (...names: string[]): string => path.join(folder, ...names);
beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(tmpdir(), 'convnet-conversion-'));
});
afterEach(() => fs.rm(folder, { recursive: true }));

const pixels = Uint8Array.from({ length: 5 * 6 }, (_, i) => 7 * i);
const labels = Uint8Array.of(2, 0, 1, 0, 2);

/** Writes MNIST's two files of a test set of images 2 × 3. */
async function writeTestSet(): Promise<void> {
  await fs.mkdir(at('set'));
  await writeIdxFile(at('set', 't10k-images-idx3-ubyte'), { shape: [5, 2, 3], data: pixels });
  await writeIdxFile(at('set', 't10k-labels-idx1-ubyte'), { shape: [5], data: labels });
}

/** Pictures whose files are height, width, channels and pixels; resizing keeps the first pixel. */
const plainPictures: PictureCodec = {
  async size(file) {
    const [height = 0, width = 0] = await fs.readFile(file);
    return { height, width };
  },
  hasColors: async (file) => (await fs.readFile(file))[2]! > 2,
  read: async (file) => (await fs.readFile(file)).subarray(3),
  resize: ({ pixels: [first = 0], channels }, { height, width }) =>
    Promise.resolve(new Uint8Array(height * width * channels).fill(first)),
  encodePng: ({ height, width, channels, pixels: bytes }: RawImage) =>
    Promise.resolve(Uint8Array.of(height, width, channels, ...bytes)),
};

/** All that an input holds, read whole. */
async function contentOf(input: string, pictures?: PictureCodec) {
  const opened = await openDataset(input, { order: 'name', pictures });
  const sets: unknown[] = [];
  for (const set of opened.sets) {
    const { split, height, width } = set;
    const [bytes, classes]: [number[], number[]] = [[], []];
    for await (const batch of set.batches()) {
      bytes.push(...batch.pixels);
      classes.push(...batch.labels);
    }
    sets.push({ split, size: [height, width], pixels: bytes, labels: classes });
  }
  return { sets, classNames: opened.classNames };
}

const whole = {
  classNames: undefined,
  sets: [{ split: 'test', size: [2, 3], pixels: [...pixels], labels: [...labels] }],
};

describe('convertDataset', () => {
  test.each(['csv', 'npy', 'npz', 'png'] as const)('writes %s that reads the same', async (to) => {
    await writeTestSet();
    const output = at(to === 'npz' ? 'set.npz' : to);
    const pictures = plainPictures;
    const converted = await convertDataset(at('set'), output, { to, pictures });
    expect(converted).toMatchObject({
      kind: 'sets',
      sets: [{ split: 'test', images: 5, height: 2, width: 3, classCounts: [2, 1, 2] }],
    });
    expect(await contentOf(output, pictures)).toEqual(whole);
  });

  test('inverts and resizes', async () => {
    await writeTestSet();
    const size = { height: 1, width: 2 };
    const options = { size, invert: true, pictures: plainPictures };
    await convertDataset(at('set'), at('test.csv'), options);
    const { sets } = await contentOf(at('test.csv'));
    const expected = [0, 42, 84, 126, 168].flatMap((first) => [255 - first, 255 - first]);
    expect(sets).toMatchObject([{ size: [1, 2], pixels: expected }]);
  });

  test('refuses what is there already, and replaces it by force', async () => {
    await writeTestSet();
    await fs.writeFile(at('set.npz'), 'precious');
    await expect(convertDataset(at('set'), at('set.npz'))).rejects.toThrow(OutputError);
    expect(await fs.readFile(at('set.npz'), 'utf8')).toBe('precious');
    await convertDataset(at('set'), at('set.npz'), { force: true });
    expect(await contentOf(at('set.npz'))).toEqual(whole);
  });

  test('leaves nothing when it is told to end', async () => {
    await writeTestSet();
    const signal = AbortSignal.abort();
    await expect(convertDataset(at('set'), at('set.npz'), { signal })).rejects.toThrow(/abort/);
    expect(await fs.readdir(folder)).toEqual(['set']);
  });

  test.each<[string, Parameters<typeof convertDataset>[2], RegExp]>([
    ['pictures without a codec', { to: 'png' }, /`pictures`: expected a codec to write pictures/],
    ['a size without a codec', { to: 'csv', size: { height: 9, width: 9 } }, /to resize images/],
    ['a .npz by another name', { to: 'npz' }, /ends in \.npz/],
  ])('refuses %s', async (_, options, message) => {
    await writeTestSet();
    const refused = convertDataset(at('set'), at('out'), options);
    await expect(refused).rejects.toThrow(OptionError);
    await expect(refused).rejects.toThrow(message);
    expect(await fs.readdir(folder)).toEqual(['set']);
  });

  test('joins the sets of a folder, and refuses an input without any', async () => {
    await writeTestSet();
    await convertDataset(at('set'), at('a'), { to: 'csv' });
    await convertDataset(at('set'), at('b'), { to: 'csv', split: 'train' });
    await fs.rename(at('b', 'train.csv'), at('a', 'train.csv'));
    await convertDataset(at('a'), at('both.npz'));
    expect((await contentOf(at('both.npz'))).sets).toHaveLength(2);
    await fs.rm(at('a'), { recursive: true });
    await expect(convertDataset(at('a'), at('c.npz'))).rejects.toThrow(MissingDataError);
    await fs.mkdir(at('a'));
    await expect(convertDataset(at('a'), at('c.npz'), { from: 'idx' })).rejects.toThrow(
      DatasetError,
    );
  });

  test('of a single array keeps its type', async () => {
    await writeIdxFile(at('some-idx'), { shape: [2, 1], data: Float32Array.of(0.5, -2) });
    const converted = await convertDataset(at('some-idx'), at('some.npy'));
    expect(converted).toEqual({ kind: 'array', type: 'float32', shape: [2, 1] });
    const refused = convertDataset(at('some-idx'), at('other.npy'), { invert: true });
    await expect(refused).rejects.toThrow(/`labels`/);
  });
});

test('conversionFormats tells formats by names and content', async () => {
  await writeTestSet();
  expect(await conversionFormats(at('set'), at('out'))).toEqual({ from: 'idx', to: 'png' });
  expect(await conversionFormats(at('set'), 'x.csv')).toEqual({ from: 'idx', to: 'csv' });
  await convertDataset(at('set'), at('csv'), { to: 'csv' });
  expect(await conversionFormats(at('csv'), at('out'))).toEqual({ from: 'csv', to: 'idx' });
});
