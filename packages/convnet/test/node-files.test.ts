/** Model files on a real disk. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPreset, encodeModel, ModelFileError } from '../src/index.ts';
import { FileReadError, loadModel, newestModelFile, saveModel } from '../src/node/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convnet-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('saves and loads, and leaves nothing else behind', async () => {
  const path = join(folder, 'model.safetensors');
  const model = createPreset('simple', { seed: 1 });
  await writeFile(path, 'something older');
  await saveModel(model, path);
  expect(new Uint8Array(await readFile(path))).toEqual(encodeModel(model));
  expect((await loadModel(path)).config()).toEqual(model.config());
  expect(await readdir(folder)).toEqual(['model.safetensors']);
});

test('a file that is not a model is refused by name', async () => {
  const path = join(folder, 'notes.txt');
  await writeFile(path, 'The quick brown fox jumps over the lazy dog.');
  await expect(loadModel(path)).rejects.toThrow(ModelFileError);
  await expect(loadModel(path)).rejects.toThrow(`${path}: not a safetensors file`);
});

test.runIf(process.platform !== 'win32')('what is no regular file is refused at once', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const kinds = { [pipe]: 'a pipe', [folder]: 'a folder', '/dev/zero': 'a device' };
  for (const [path, kind] of Object.entries(kinds)) {
    const message = `${path}: expected a file; it is ${kind}.`;
    await expect(loadModel(path)).rejects.toThrow(message);
    await expect(loadModel(path)).rejects.toThrow(FileReadError);
  }
});

test('a folder that cannot be written to is an error, and stays as it was', async () => {
  const path = join(folder, 'missing', 'model.safetensors');
  await expect(saveModel(createPreset('simple'), path)).rejects.toThrow('ENOENT');
  expect(await readdir(folder)).toEqual([]);
});

test('a path that cannot be replaced is an error, and the temporary file is gone', async () => {
  await expect(saveModel(createPreset('simple'), folder)).rejects.toThrow();
  await expect(readdir(join(folder, '..'))).resolves.not.toContainEqual(
    expect.stringContaining(`${folder}.`),
  );
});

test('the newest model is the one that was modified last, among files of that kind', async () => {
  expect(await newestModelFile(join(folder, 'missing'))).toBeUndefined();
  expect(await newestModelFile(folder)).toBeUndefined();
  const times = { 'a.safetensors': 100, 'b.safetensors': 300, 'c.safetensors': 200, 'd.txt': 400 };
  for (const [name, time] of Object.entries(times)) {
    await writeFile(join(folder, name), '');
    await utimes(join(folder, name), time, time);
  }
  await mkdir(join(folder, 'e.safetensors'));
  expect(await newestModelFile(folder)).toBe(join(folder, 'b.safetensors'));
});
