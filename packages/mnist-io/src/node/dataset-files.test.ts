import fs from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  SMALL_COUNTS,
  smallDataset,
  smallDigits,
  temporaryFolder,
  writePublished,
} from '../../test/small-dataset.ts';
import { DATASET_PARTS, type DatasetEntry } from '../catalogue/dataset-entry.ts';
import type { DatasetName } from '../catalogue/catalogue.ts';
import { DatasetError, GzipError, IdxFormatError, MissingDataError } from '../errors.ts';
import { findDatasetFiles, readDatasetFiles } from './dataset-files.ts';
import { loadMnist } from './load-dataset.ts';

const mnist = await smallDataset('mnist');
const content = mnist.plain;
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
  for (const part of DATASET_PARTS) {
    const name = mnist.entry.files[part].name.replace('.gz', '');
    const file = inFolder(rename(name));
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, encode(content[part]));
  }
}

describe('loadMnist', () => {
  test.each<[string, (name: string) => string, boolean]>([
    ['the original names', (name) => name, false],
    ['the original names, gzipped', (name) => `${name}.gz`, true],
    ['names with a dot', (name) => name.replace('-idx', '.idx'), false],
    ['names with a dot, gzipped', (name) => `${name.replace('-idx', '.idx')}.gz`, true],
    ['the place of torchvision', (name) => `MNIST/raw/${name}`, false],
    ['a folder named for MNIST', (name) => `mnist/${name}`, false],
    ['gzipped content under a plain name', (name) => name, true],
  ])('finds %s', async (_, rename, gzipped) => {
    await writeFiles(rename, gzipped ? gzipSync : undefined);
    const { train, test } = await loadMnist(folder);
    expect([train.size, test.size]).toEqual([SMALL_COUNTS.train, SMALL_COUNTS.test]);
    expect(train.classCounts()).toEqual(new Array(10).fill(2));
    expect(train.description).toContain('training');
  });

  test('is not misled by folders that are named like the files', async () => {
    await writeFiles((name) => `${name}/${name}`);
    await writeFiles((name) => name.replace('-idx', '.idx'));
    const files = await findDatasetFiles(mnist.entry, folder);
    expect(files.trainImages).toBe(inFolder('train-images.idx3-ubyte'));
  });

  test('names the files that are missing', async () => {
    await writeFiles();
    await fs.rm(inFolder('t10k-labels-idx1-ubyte'));
    const missing = loadMnist(folder);
    await expect(missing).rejects.toThrow(MissingDataError);
    await expect(missing).rejects.toThrow(/received none called t10k-labels-idx1-ubyte\[\.gz\]\./);
    await expect(loadMnist(inFolder('nowhere'))).rejects.toMatchObject({ code: 'not-found' });
  });

  test('refuses images given as labels, naming the file', async () => {
    await writeFiles();
    await fs.writeFile(inFolder('train-labels-idx1-ubyte'), content.trainImages);
    const swapped = loadMnist(folder);
    await expect(swapped).rejects.toThrow(DatasetError);
    await expect(swapped).rejects.toThrow(inFolder('train-labels-idx1-ubyte'));
  });

  test('refuses labels of another set, naming both files', async () => {
    await writeFiles();
    await fs.writeFile(inFolder('train-labels-idx1-ubyte'), content.testLabels);
    await expect(loadMnist(folder)).rejects.toThrow(
      /train-images-idx3-ubyte with .*train-labels-idx1-ubyte: .*20 images and 10 labels/,
    );
  });

  test.each<[string, Uint8Array, new () => Error]>([
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

describe('readDatasetFiles', () => {
  test.each<[DatasetName, string]>([
    ['fashion-mnist', 'FashionMNIST/raw'],
    ['kmnist', 'KMNIST/raw'],
    ['qmnist', 'QMNIST/raw'],
  ])('reads %s from its own folder, that of torchvision and the one named', async (name, raw) => {
    const small = await smallDataset(name);
    for (const below of ['.', small.entry.folder, raw]) {
      const place = path.join(folder, String(below.length));
      await writePublished(small, path.join(place, below));
      const files = await findDatasetFiles(small.entry, place);
      const { train, test } = await readDatasetFiles(small.entry, files);
      expect(train.labels).toEqual(smallDigits.train.labels);
      expect(test.images.pixels).toEqual(smallDigits.test.images.pixels);
      expect(test.classNames).toEqual(small.entry.classNames);
    }
  });

  test.each<DatasetName>(['emnist-letters', 'emnist-digits', 'emnist-byclass'])(
    'reads %s upright, its labels from 0',
    async (name) => {
      const small = await smallDataset(name);
      const { entry, plain } = small;
      const raw = inFolder('EMNIST/raw');
      await fs.mkdir(raw, { recursive: true });
      for (const part of DATASET_PARTS) {
        const file = entry.files[part].name.replace('.gz', '');
        await fs.writeFile(path.join(raw, file), plain[part]);
      }
      expect(plain.trainImages.subarray(16)).not.toEqual(smallDigits.train.images.pixels);
      const { train } = await readDatasetFiles(entry, await findDatasetFiles(entry, folder));
      expect(train.labels).toEqual(smallDigits.train.labels);
      expect(train.images.pixels).toEqual(smallDigits.train.images.pixels);
      expect(train.classNames[train.labels[0]!]).toBe(
        name === 'emnist-letters' ? 'abcdefghij'[train.labels[0]!] : String(train.labels[0]!),
      );
    },
  );

  test('normalizes both halves by the training images where no constants are published', async () => {
    const small = await smallDataset('qmnist');
    await writePublished(small, folder);
    const files = await findDatasetFiles(small.entry, folder);
    const { train, test } = await readDatasetFiles(small.entry, files);
    const { mean, standardDeviation } = train.images.normalization;
    const inputs = new Float64Array(train.size * 784);
    train.images.readSamples([...train.labels.keys()], inputs);
    expect(inputs.reduce((sum, value) => sum + value, 0) / inputs.length).toBeCloseTo(0, 3);
    expect(inputs.reduce((sum, value) => sum + value * value, 0) / inputs.length).toBeCloseTo(1, 3);
    expect(test.images.normalization).toEqual({ mean, standardDeviation });
  });

  test('refuses a label that the class names do not reach, naming the file', async () => {
    const small = await smallDataset('emnist-letters');
    await writePublished({ published: new Map() }, folder);
    const entry: DatasetEntry = { ...small.entry, firstLabel: 3 };
    for (const part of DATASET_PARTS) {
      await fs.writeFile(inFolder(entry.files[part].name), gzipSync(small.plain[part]));
    }
    const files = await findDatasetFiles(entry, folder);
    await expect(readDatasetFiles(entry, files)).rejects.toThrow(
      /emnist-letters-train-labels-idx1-ubyte\.gz: expected labels from 3; received [12] for image \d+/,
    );
  });
});
