import fs from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SMALL_COUNTS, smallMnist, temporaryFolder } from '../../test/small-mnist.ts';
import { DatasetError, GzipError, IdxFormatError, MissingDataError } from '../errors.ts';
import { MAX_IDX_FILE_BYTES } from '../idx/idx.ts';
import { findMnistFiles, loadMnist, MNIST_FILE_NAMES, readIdxFile } from './mnist-files.ts';

const content = smallMnist();
let folder = '';

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await fs.rm(folder, { recursive: true });
});

const inFolder = (name: string): string => path.join(folder, name);

/** Writes the four files, named and encoded as told. */
async function writeFiles(
  rename: (name: string) => string = (name) => name,
  encode: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes,
): Promise<void> {
  for (const part of ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const) {
    const file = inFolder(rename(MNIST_FILE_NAMES[part]));
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, encode(content[part]));
  }
}

describe('loadMnist', () => {
  it.each<[string, (name: string) => string, boolean]>([
    ['the original names', (name) => name, false],
    ['the original names, gzipped', (name) => `${name}.gz`, true],
    ['names with a dot', (name) => name.replace('-idx', '.idx'), false],
    ['names with a dot, gzipped', (name) => `${name.replace('-idx', '.idx')}.gz`, true],
    ['the place of torchvision', (name) => `MNIST/raw/${name}`, false],
    ['gzipped content under a plain name', (name) => name, true],
  ])('finds %s', async (_, rename, gzipped) => {
    await writeFiles(rename, gzipped ? gzipSync : undefined);
    const { train, test } = await loadMnist(folder);
    expect([train.size, test.size]).toEqual([SMALL_COUNTS.train, SMALL_COUNTS.test]);
    expect(train.classCounts()).toEqual(new Array(10).fill(2));
    expect(train.description).toContain('training');
  });

  it('is not misled by folders that are named like the files', async () => {
    await writeFiles((name) => `${name}/${name}`);
    await writeFiles((name) => name.replace('-idx', '.idx'));
    const files = await findMnistFiles(folder);
    expect(files.trainImages).toBe(inFolder('train-images.idx3-ubyte'));
  });

  it('names the files that are missing', async () => {
    await writeFiles();
    await fs.rm(inFolder('t10k-labels-idx1-ubyte'));
    const missing = loadMnist(folder);
    await expect(missing).rejects.toThrow(MissingDataError);
    await expect(missing).rejects.toThrow(/received none called t10k-labels-idx1-ubyte\[\.gz\]\./);
    await expect(loadMnist(inFolder('nowhere'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('refuses images given as labels, naming the file', async () => {
    await writeFiles();
    await fs.writeFile(inFolder('train-labels-idx1-ubyte'), content.trainImages);
    const swapped = loadMnist(folder);
    await expect(swapped).rejects.toThrow(DatasetError);
    await expect(swapped).rejects.toThrow(inFolder('train-labels-idx1-ubyte'));
  });

  it('refuses labels of another set, naming both files', async () => {
    await writeFiles();
    await fs.writeFile(inFolder('train-labels-idx1-ubyte'), content.testLabels);
    await expect(loadMnist(folder)).rejects.toThrow(
      /train-images-idx3-ubyte with .*train-labels-idx1-ubyte: .*20 images and 10 labels/,
    );
  });

  it.each<[string, Uint8Array, new () => Error]>([
    ['that are cut short', content.trainImages.subarray(0, 5000), IdxFormatError],
    ['with trailing bytes', Uint8Array.of(...content.trainImages, 0), IdxFormatError],
    ['that are a web page', Buffer.from('<!doctype html><p>403'), IdxFormatError],
    ['that are empty', new Uint8Array(0), IdxFormatError],
    ['whose gzip data is cut short', gzipSync(content.trainImages).subarray(0, 500), GzipError],
  ])('refuses images %s, naming the file', async (_, bytes, kind) => {
    await writeFiles();
    await fs.writeFile(inFolder('train-images-idx3-ubyte'), bytes);
    const broken = loadMnist(folder);
    await expect(broken).rejects.toThrow(kind);
    await expect(broken).rejects.toMatchObject({ code: 'bad-data' });
    await expect(broken).rejects.toThrow(inFolder('train-images-idx3-ubyte'));
  });
});

describe('readIdxFile', () => {
  it('says that a file is missing', async () => {
    await expect(readIdxFile(inFolder('none'))).rejects.toThrow(MissingDataError);
    await writeFiles();
    await expect(readIdxFile(inFolder('t10k-labels-idx1-ubyte/none'))).rejects.toThrow(
      MissingDataError,
    );
  });

  it('refuses a folder', async () => {
    await expect(readIdxFile(folder)).rejects.toThrow(DatasetError);
  });

  it('refuses a file above the limit without reading it', async () => {
    const file = inFolder('large');
    await fs.writeFile(file, '');
    await fs.truncate(file, MAX_IDX_FILE_BYTES + 1); // sparse: takes no room on disk
    await expect(readIdxFile(file)).rejects.toThrow(/expected at most 1073741860 bytes/);
  });
});
