import fs from 'node:fs/promises';
import path from 'node:path';
import { userFolder } from '@convnet/tensor/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { smallDataset, temporaryFolder, writePublished } from '../../test/small-dataset.ts';
import { DatasetError, DownloadError, IdxFormatError, MissingDataError } from '../errors.ts';
import { loadImages, type LoadImagesOptions } from './load-images.ts';

const small = await smallDataset('mnist');
let root = '';
let cache = '';

beforeEach(async () => {
  root = await temporaryFolder();
  cache = path.join(userFolder('cache', environment()), 'mnist');
});
afterEach(async () => {
  await fs.rm(root, { recursive: true });
});

/** An environment whose home is below `root`, without a network. */
function environment(more: Record<string, string> = {}): Record<string, string> {
  return { HOME: root, LOCALAPPDATA: root, CONVNET_OFFLINE: '1', ...more };
}

function load(options: Partial<LoadImagesOptions> = {}) {
  const generatedCounts = { train: 30, test: 20 };
  return loadImages({ dataset: 'auto', seed: 1, generatedCounts, env: environment(), ...options });
}

const writeMnist = (folder: string): Promise<void> => writePublished(small, folder);

describe('loadImages', () => {
  test('generates digits when asked to, whatever else there is', async () => {
    await writeMnist(cache);
    const { train, test, origin } = await load({ dataset: 'generated', dataDir: cache });
    expect([train.size, test.size]).toEqual([30, 20]);
    expect(origin).toEqual({ kind: 'generated', explanation: 'generated digits, as asked for' });
  });

  test('prefers the folder asked for, then the environment, then the cache', async () => {
    // Few images, which are not called MNIST for the names of their files.
    const others = (where: string): string =>
      `images of ${where}, whose files are called like those of MNIST but are others`;
    const [asked, named] = [path.join(root, 'asked'), path.join(root, 'named')];
    for (const folder of [asked, named, cache]) await writeMnist(folder);
    const env = environment({ CONVNET_DATA_DIR: named });
    for (const dataset of ['auto', 'mnist'] as const) {
      const origins = [
        await load({ dataset, dataDir: asked, env }),
        await load({ dataset, env }),
        await load({ dataset, env: environment({ CONVNET_DATA_DIR: '' }) }),
      ].map(({ origin }) => origin);
      expect(origins).toEqual([
        { kind: 'asked', explanation: others(`${asked} (as asked for)`) },
        { kind: 'named', explanation: others(`${named} (CONVNET_DATA_DIR)`) },
        { kind: 'own-mnist', explanation: others(cache) },
      ]);
    }
  });

  test('never replaces a folder that was named', async () => {
    await writeMnist(cache);
    const empty = path.join(root, 'empty');
    const broken = path.join(root, 'broken');
    await writeMnist(broken);
    await fs.writeFile(path.join(broken, 't10k-images-idx3-ubyte.gz'), 'not IDX at all');
    for (const dataset of ['auto', 'mnist'] as const) {
      await expect(load({ dataset, dataDir: empty })).rejects.toThrow(MissingDataError);
      await expect(load({ dataset, dataDir: broken })).rejects.toThrow(IdxFormatError);
      const env = environment({ CONVNET_DATA_DIR: empty });
      await expect(load({ dataset, env })).rejects.toThrow(MissingDataError);
    }
  });

  test('generates digits when MNIST is nowhere to be had, and says why', async () => {
    const { train, test, origin } = await load();
    expect([train.size, test.size]).toEqual([30, 20]);
    expect(origin.kind).toBe('generated');
    expect(origin.explanation).toMatch(
      /^generated digits, because MNIST is not on this machine and could not be downloaded \(.*CONVNET_OFFLINE=1/,
    );
  });

  test('fails instead when MNIST is insisted on', async () => {
    await expect(load({ dataset: 'mnist' })).rejects.toThrow(DownloadError);
  });

  test('goes on when the mirrors are dead or the cache cannot be written', async () => {
    const online = { ...environment(), CONVNET_OFFLINE: '' };
    const dead = await load({ env: online, mirrors: ['http://127.0.0.1:9/'] });
    expect(dead.origin.explanation).toContain('127.0.0.1:9: ');
    await fs.rm(path.join(root, '.cache'), { recursive: true, force: true });
    await fs.writeFile(path.join(root, 'file'), '');
    const env = { ...online, XDG_CACHE_HOME: path.join(root, 'file') };
    const unwritable = await load({ env, mirrors: [] });
    expect(unwritable.origin.kind).toBe('generated');
  });

  test('says what to do about a broken cache that cannot be replaced', async () => {
    await writeMnist(cache);
    await fs.writeFile(path.join(cache, 't10k-images-idx3-ubyte.gz'), 'not IDX at all');
    for (const dataset of ['auto', 'mnist'] as const) {
      const broken = load({ dataset });
      await expect(broken).rejects.toThrow(DatasetError);
      await expect(broken).rejects.toThrow(`Delete ${cache}`);
    }
  });
});
