import fs from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serving, startMirror } from '../../test/mirror-server.ts';
import { smallDataset, temporaryFolder, writePublished } from '../../test/small-dataset.ts';
import { DownloadError, MissingDataError } from '../errors.ts';
import { findDataset } from './dataset-places.ts';
import { loadDataset } from './load-dataset.ts';
import { verifyDataset } from './verify-dataset.ts';

const fashion = await smallDataset('fashion-mnist');
let root = '';
let env: Record<string, string> = {};

beforeEach(async () => {
  root = await temporaryFolder();
  env = { HOME: root, LOCALAPPDATA: root, XDG_CACHE_HOME: path.join(root, 'cache') };
});
afterEach(async () => {
  await fs.rm(root, { recursive: true });
});

const inRoot = (name: string): string => path.join(root, name);

describe('loadDataset', () => {
  test('downloads what is not on this machine, and finds it there again', async () => {
    const mirror = await startMirror(serving(fashion.published));
    const load = () => loadDataset(fashion.entry, { env, mirrors: [mirror.url] });
    const { train, test, origin } = await load();
    expect([train.size, test.size, test.classNames[9]]).toEqual([20, 10, 'Ankle boot']);
    expect(origin).toMatchObject({ kind: 'fashion-mnist' });
    expect(origin.explanation).toMatch(/^real Fashion-MNIST from .*fashion-mnist, verified/);
    expect((await load()).origin.explanation).not.toContain('verified');
    expect(mirror.requests).toHaveLength(4);
    await mirror.close();
  });

  test('passes over a CONVNET_DATA_DIR that was set for MNIST, but not one that lacks a file', async () => {
    const named = inRoot('named');
    const mnist = await smallDataset('mnist');
    await writePublished(mnist, named);
    const offline = { ...env, CONVNET_DATA_DIR: named, CONVNET_OFFLINE: '1' };
    await expect(loadDataset(fashion.entry, { env: offline })).rejects.toThrow(DownloadError);
    await writePublished(fashion, path.join(named, 'fashion-mnist'));
    const found = await loadDataset(fashion.entry, { env: offline });
    expect(found.origin.explanation).toBe(`real Fashion-MNIST from ${named} (CONVNET_DATA_DIR)`);
    await fs.rm(path.join(named, 'fashion-mnist', 't10k-labels-idx1-ubyte.gz'));
    await expect(loadDataset(fashion.entry, { env: offline })).rejects.toThrow(MissingDataError);
  });

  test('refuses a name that the catalogue does not have', async () => {
    // @ts-expect-error the name is what is tested
    await expect(loadDataset('cifar', { env })).rejects.toThrow(MissingDataError);
  });
});

describe('verifyDataset', () => {
  const verified = async (dataset: typeof fashion, dataDir: string) => {
    const found = await findDataset(dataset.entry, { dataDir, env });
    return verifyDataset(dataset.entry, found!.files);
  };

  test('finds nothing wrong with files as published', async () => {
    await writePublished(fashion, root);
    const { files, content, isRight } = await verified(fashion, root);
    expect(files.map(({ checkedBy, problem }) => [checkedBy, problem])).toEqual(
      new Array(4).fill(['published checksum', undefined]),
    );
    expect(content).toEqual({ counts: { train: 20, test: 10 }, problems: [] });
    expect(isRight).toBe(true);
  });

  test('names each file that differs, and what is wrong with the content', async () => {
    await writePublished(fashion, root);
    const file = inRoot('train-labels-idx1-ubyte.gz');
    const bytes = await fs.readFile(file);
    bytes[9] = bytes[9]! ^ 1; // the system that compressed it: content stays readable
    await fs.writeFile(file, bytes);
    const { files, isRight } = await verified(fashion, root);
    expect(files.map(({ problem }) => problem?.slice(0, 16))).toEqual([
      undefined,
      'expected SHA-256',
      undefined,
      undefined,
    ]);
    expect(isRight).toBe(false);
    const { content } = await verified(
      { ...fashion, entry: { ...fashion.entry, counts: { train: 21, test: 10 } } },
      root,
    );
    expect(content.problems).toEqual(['train: expected 21 images; received 20']);
    await fs.writeFile(file, 'broken');
    expect((await verified(fashion, root)).content).toMatchObject({ counts: undefined });
  });

  test('compares the images of each class', async () => {
    await writePublished(fashion, root);
    const counts = {
      train: new Array<number>(10).fill(2),
      test: [2, ...new Array<number>(9).fill(1)],
    };
    const entry = { ...fashion.entry, classCounts: counts };
    const { content } = await verified({ ...fashion, entry }, root);
    expect(content.problems).toEqual([
      'test: expected 2 images of class "T-shirt/top"; received 1',
    ]);
  });

  test('knows files of an archive by what was recorded of them', async () => {
    const letters = await smallDataset('emnist-letters');
    const mirror = await startMirror(serving(letters.published));
    await loadDataset(letters.entry, { env, mirrors: [mirror.url] });
    await mirror.close();
    const found = await findDataset(letters.entry, { env });
    const examine = () => verifyDataset(letters.entry, found!.files);
    const right = await examine();
    expect(right.isRight).toBe(true);
    expect(right.files[0]!.checkedBy).toBe('recorded checksum');
    await fs.appendFile(found!.files.testImages, 'x');
    expect((await examine()).files[2]!.problem).toMatch(/^expected SHA-256/);
    await fs.rm(path.join(path.dirname(found!.files.testImages), 'SHA256SUMS'));
    expect((await examine()).files[2]).toMatchObject({ checkedBy: 'none', problem: undefined });
  });
});
