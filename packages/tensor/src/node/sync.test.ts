import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { syncFile, syncFolder } from './sync.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convnet-sync-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a synced file keeps its bytes, and a missing one is an error', async () => {
  const file = join(folder, 'notes.txt');
  await expect(syncFile(file)).rejects.toThrow('ENOENT');
  await writeFile(file, 'some text');
  await syncFile(file);
  expect(await readFile(file, 'utf8')).toBe('some text');
});

test('a folder is synced, and one that cannot be opened is passed over', async () => {
  await expect(syncFolder(folder)).resolves.toBeUndefined();
  await expect(syncFolder(join(folder, 'missing'))).resolves.toBeUndefined();
});
