import fs from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needed } from '../../../test-needs.shared.ts';
import { imageToDigit, normalizationOf, pixelStatistics, type ImageDataset } from '../src/index.ts';
import {
  findDataset,
  loadDataset,
  loadImages,
  loadMnist,
  userFolder,
  verifyDataset,
} from '../src/node/index.ts';
import { serving, startMirror } from './mirror-server.ts';
import { temporaryFolder } from './small-dataset.ts';

const folder = needed('MNIST', 'reading real MNIST');

describe.skipIf(!folder)('real MNIST', () => {
  let train: ImageDataset;
  let testing: ImageDataset;
  let temporary = '';
  beforeAll(async () => {
    ({ train, test: testing } = await loadMnist(folder!));
    temporary = await temporaryFolder();
  });
  afterAll(async () => {
    await fs.rm(temporary, { recursive: true });
  });

  const imageOf = (index: number): Uint8Array =>
    testing.images.pixels.subarray(index * 784, (index + 1) * 784);
  const meanDifference = (a: Uint8Array, b: Uint8Array): number =>
    a.reduce((sum, value, index) => sum + Math.abs(value - b[index]!), 0) / a.length;
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

  test('has the published counts', () => {
    expect([train.size, testing.size]).toEqual([60_000, 10_000]);
    expect(train.classCounts()).toEqual([
      5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]);
    expect(testing.classCounts()).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });

  test('has the mean and standard deviation that inputs are normalized by', () => {
    const { mean, standardDeviation } = pixelStatistics(train.images.pixels);
    expect(normalizationOf(train.images.pixels)).toEqual(train.images.normalization);
    expect(mean.toFixed(5)).toBe('0.13066');
    expect(standardDeviation.toFixed(5)).toBe('0.30811');
    const ofTest = pixelStatistics(testing.images.pixels);
    expect(ofTest.mean.toFixed(5)).toBe('0.13251');
    expect(ofTest.standardDeviation.toFixed(5)).toBe('0.31048');
  });

  test('passes through imageToDigit unchanged, all but a few odd ones', () => {
    let unchanged = 0;
    for (let index = 0; index < 500; index++) {
      const data = imageOf(index);
      const { pixels, darkInk } = imageToDigit({ width: 28, height: 28, channels: 1, data });
      expect(darkInk).toBe(false);
      if (meanDifference(pixels, data) === 0) unchanged += 1;
    }
    expect(unchanged).toBeGreaterThanOrEqual(490);
  });

  test('comes back from a drawing ten times as large, dark on light, off centre', () => {
    const [width, height] = [400, 350];
    const differences = Array.from({ length: 50 }, (_, index) => {
      const data = new Uint8Array(width * height * 3).fill(235);
      for (let y = 0; y < 280; y++) {
        for (let x = 0; x < 280; x++) {
          const ink = imageOf(index)[Math.floor(y / 10) * 28 + Math.floor(x / 10)]!;
          const start = ((y + 60) * width + x + 13) * 3;
          data.fill(235 - Math.round(ink * 0.8), start, start + 3);
        }
      }
      const result = imageToDigit({ width, height, channels: 3, data });
      expect(result.darkInk).toBe(true);
      return meanDifference(result.pixels, imageOf(index));
    });
    // Faint pixels at the edges of MNIST's boxes are not counted as ink; see docs/image-to-digit.md.
    expect(median(differences)).toBeLessThan(3);
  });

  test('passes verification', async () => {
    const found = await findDataset('mnist', { dataDir: folder! });
    const { files, content, isRight } = await verifyDataset(found!.entry, found!.files);
    expect(files.map(({ checkedBy }) => checkedBy)).toEqual(
      new Array(4).fill('published checksum'),
    );
    expect(content).toEqual({ counts: { train: 60_000, test: 10_000 }, problems: [] });
    expect(isRight).toBe(true);
  });

  test('is not taken for another data set whose files are called alike', async () => {
    const asFashion = loadDataset('fashion-mnist', { dataDir: folder! });
    await expect(asFashion).rejects.toThrow(
      /expected labels of Fashion-MNIST; received those of MNIST.*--dataset mnist/,
    );
    const env = { CONVNET_DATA_DIR: folder!, HOME: temporary, LOCALAPPDATA: temporary };
    expect(await findDataset('fashion-mnist', { env })).toBeUndefined();
  });

  test('is downloaded into the cache, verified, found there again, and replaced when broken', async () => {
    const files = new Map<string, Uint8Array>();
    for (const name of await fs.readdir(folder!)) {
      files.set(name, await fs.readFile(path.join(folder!, name)));
    }
    const labels = 't10k-labels-idx1-ubyte.gz';
    if (!files.has(labels)) return; // the folder holds the files decompressed
    const mirror = await startMirror(serving(files));
    const env = { HOME: temporary, LOCALAPPDATA: temporary };
    const load = () => loadImages({ dataset: 'auto', seed: 1, env, mirrors: [mirror.url] });

    const downloaded = await load();
    expect(downloaded.origin.explanation).toMatch(/^real MNIST from .*, verified by checksum$/);
    expect(downloaded.test.labels).toEqual(testing.labels);
    expect((await load()).origin.explanation).not.toContain('verified');
    expect(mirror.requests).toHaveLength(4);

    await fs.truncate(path.join(userFolder('cache', env), 'mnist', labels), 4000);
    expect((await load()).test.labels).toEqual(testing.labels);
    expect(mirror.requests.slice(4)).toEqual([labels]);
    await mirror.close();
  });
});
