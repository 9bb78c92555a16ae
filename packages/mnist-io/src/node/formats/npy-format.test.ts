import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatasetError } from '../../errors.ts';
import type { IdxData } from '../../idx/idx-types.ts';
import { encodeNpy } from '../../npy/npy.ts';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NpzWriter, readNpz } from './npy-format.ts';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convnet-npz-'));
  file = path.join(folder, 'some.npz');
});
afterEach(() => rm(folder, { recursive: true }));

/** A `.npz` file of these arrays. */
async function npz(arrays: Record<string, Uint8Array>): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter());
  for (const [name, bytes] of Object.entries(arrays)) {
    await writer.add(`${name}.npy`, new Uint8ArrayReader(bytes));
  }
  return writer.close();
}

const array = (data: IdxData, ...shape: number[]): Uint8Array => encodeNpy({ shape, data });
const zeros = (...shape: number[]): Uint8Array =>
  array(new Uint8Array(shape.reduce((product, size) => product * size, 1)), ...shape);

const x = array(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 2, 2, 2, 1);
const y = array(Int32Array.of(9, 200), 2, 1);

/** Where the size before packing stands in the directory of an archive. */
function sizePlace(bytes: Uint8Array): number {
  return Buffer.from(bytes).indexOf('PK\u0001\u0002') + 24;
}

test('a signal ends reading and writing', async () => {
  await writeFile(file, await npz({ x, y }));
  const signal = AbortSignal.abort();
  await expect(readNpz(file, [], signal)).rejects.toMatchObject({ name: 'AbortError' });
  const writer = new NpzWriter(path.join(folder, 'out.npz'));
  await writer.writer('train', { height: 2, width: 2, channels: 1 }).append({
    pixels: new Uint8Array(4),
    labels: new Uint8Array(1),
  });
  await expect(writer.finish(undefined, signal)).rejects.toThrow();
});

describe('readNpz', () => {
  test.each([
    ['x', 'y'],
    ['images', 'labels'],
    ['x_train', 'y_train'],
    ['train_images', 'train_labels'],
    ['X', 'y'],
    ['X_train', 'Y_train'],
  ])('reads %s and %s', async (images, labels) => {
    await writeFile(file, await npz({ [images]: x, [labels]: y, other: zeros(3) }));
    const leftOut: string[] = [];
    const { sets, classNames } = await readNpz(file, leftOut);
    expect(classNames).toBeUndefined();
    expect(leftOut).toEqual(['other']);
    expect(sets).toMatchObject([{ split: 'train', height: 2, width: 2 }]);
    for await (const batch of sets[0]!.batches()) {
      expect(batch.pixels).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
      expect(batch.labels).toEqual(Uint8Array.of(9, 200));
    }
  });

  test.each<[string, Record<string, Uint8Array>, RegExp]>([
    ['no labels', { x }, /expected labels as y beside x/],
    [
      'other names',
      { z: x, extra_images: x },
      /or images and labels; received "z", "extra_images"\. Rename/,
    ],
    ['no arrays', {}, /received no arrays/],
    ['names twice', { x, X: x, y }, /expected x once/],
    ['large labels', { x, y: array(Int16Array.of(1, 256), 2) }, /received 256 for image 1/],
    ['negative labels', { x, y: array(Int8Array.of(1, -1), 2) }, /received -1 for image 1/],
    ['other counts', { x, y: zeros(3) }, /2 images and labels \[3\]/],
    ['rows of labels', { x, y: zeros(2, 2) }, /2 images and labels \[2, 2\]/],
    [
      'floats from 0 to 1',
      { x: array(Float32Array.of(0, 0.5, 1, 1), 1, 2, 2), y: zeros(1) },
      /received Float32Array \[1, 2, 2\]\. In NumPy: x = \(x \* 255\)\.round\(\)\.astype\(numpy\.uint8\)\./,
    ],
    [
      'floats from 0 to 255',
      { x: array(Float64Array.of(0, 255), 1, 1, 2), y: zeros(1) },
      /In NumPy: x = x\.astype\(numpy\.uint8\)\./,
    ],
    [
      'numbers of any range',
      { x: array(Int16Array.of(-300, 300), 1, 1, 2), y: zeros(1) },
      /x = \(\(x - x\.min\(\)\) \/ \(x\.max\(\) - x\.min\(\)\) \* 255\)\.round/,
    ],
    [
      'more channels than pictures have',
      { x: zeros(1, 2, 2, 5), y: zeros(1) },
      /\[1, 2, 2, 5\]\. In NumPy: x = x\.transpose\(0, 2, 3, 1\)/,
    ],
    [
      'colours first, from 0 to 1',
      { x: array(new Float32Array(3 * 8 * 8).fill(0.5), 1, 3, 8, 8), y: zeros(1) },
      /x = x\.transpose\(0, 2, 3, 1\); x = \(x \* 255\)\.round\(\)/,
    ],
    ['rows', { x: zeros(2, 12), y: zeros(2) }, /In NumPy: x = x\.reshape\(-1, height, width\)/],
    ['NaN', { x: array(Float32Array.of(NaN), 1, 1, 1), y: zeros(1) }, /numpy\.nan_to_num/],
    ['images of no pixels', { x: zeros(1, 0, 2), y: zeros(1) }, /\[1, 0, 2\]/],
  ])('refuses %s', async (_, arrays, message) => {
    await writeFile(file, await npz(arrays));
    await expect(readNpz(file, [])).rejects.toThrow(DatasetError);
    await expect(readNpz(file, [])).rejects.toThrow(message);
  });

  test('reads square images whose pixels lie in one row', async () => {
    await writeFile(
      file,
      await npz({
        x: array(
          Uint8Array.from({ length: 18 }, (_, i) => i),
          2,
          9,
        ),
        y,
      }),
    );
    const { sets } = await readNpz(file, []);
    expect(sets).toMatchObject([{ height: 3, width: 3 }]);
  });

  test('reads three sets, images in colour, and says which arrays belong to none', async () => {
    const x = array(
      Uint8Array.from({ length: 24 }, (_, i) => i),
      2,
      2,
      2,
      3,
    );
    const arrays = {
      train_images: x,
      train_labels: y,
      val_images: x,
      val_labels: y,
      test_images: x,
      test_labels: y,
      x,
      y,
    };
    await writeFile(file, await npz(arrays));
    const leftOut: string[] = [];
    const { sets } = await readNpz(file, leftOut);
    expect(sets.map(({ split }) => split).sort()).toEqual(['test', 'train', 'validation']);
    expect(sets).toMatchObject(new Array(3).fill({ height: 2, width: 2, channels: 3 }));
    expect(leftOut).toEqual(['x', 'y']);
  });

  test('refuses archives that are broken or lie about sizes', async () => {
    const whole = await npz({ x: zeros(9, 99, 99), y: zeros(9) });
    const flipped = whole.slice();
    flipped[60]! ^= 255;
    const sized = (size: number): Uint8Array => {
      const bytes = whole.slice();
      new DataView(bytes.buffer).setUint32(sizePlace(bytes), size, true);
      return bytes;
    };
    const broken = [
      new TextEncoder().encode('not a zip at all'),
      new Uint8Array(0),
      whole.subarray(0, -30),
      flipped,
      sized(100),
      sized(1e6),
      sized(2 ** 31),
    ];
    for (const bytes of broken) {
      await writeFile(file, bytes);
      await expect(readNpz(file, [])).rejects.toThrow(DatasetError);
      await expect(readNpz(file, [])).rejects.toThrow(/^.*some\.npz: expected a NumPy archive/);
    }
  });
});
