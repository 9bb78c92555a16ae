import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileReadError, readRegularFile } from './read-regular-file.ts';

let folder: string;
const inFolder = (name: string): string => path.join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convnet-read-'));
});
afterAll(() => rm(folder, { recursive: true }));

const messageOf = async (file: string): Promise<string> => {
  const error: unknown = await readRegularFile(file, 1e9).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(FileReadError);
  return (error as Error).message;
};

test('reads a file', async () => {
  await writeFile(inFolder('file'), 'abc');
  expect(String(await readRegularFile(inFolder('file'), 3))).toBe('abc');
});

test('refuses a larger one before it is read', async () => {
  await writeFile(inFolder('large'), '');
  await truncate(inFolder('large'), 1e12);
  expect(await messageOf(inFolder('large'))).toMatch(
    /at most 1000000000 bytes; it has 1000000000000/,
  );
});

test('says that a folder is none', async () => {
  expect(await messageOf(folder)).toBe(`${folder}: expected a file; it is a folder. Name a file.`);
});

test.skipIf(process.platform === 'win32')('waits for no pipe, device or socket', async () => {
  execFileSync('mkfifo', [inFolder('pipe')]);
  expect(await messageOf(inFolder('pipe'))).toMatch(/it is a pipe/);
  expect(await messageOf('/dev/zero')).toMatch(/it is a device/);
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(inFolder('socket'), resolve));
  expect(await messageOf(inFolder('socket'))).toMatch(/it is a socket/);
  server.close();
});

test('leaves the system its own errors', async () => {
  await expect(readRegularFile(inFolder('none'), 1)).rejects.toMatchObject({ code: 'ENOENT' });
});
