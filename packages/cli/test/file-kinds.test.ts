/** What is no regular file, through the real executable: refused at once, for it may never end. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodeIdx, encodeNpy } from '@convnet/mnist-io';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

const isUnix = process.platform !== 'win32';

describe.runIf(isUnix)('what is no regular file', () => {
  let folder: string;
  let socket: Server;
  const inFolder = (...names: string[]) => path.join(folder, ...names);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'convnet-kinds-'));
    await mkdir(inFolder('folder'));
    execFileSync('mkfifo', ['pipe', 'pipe.csv', 'labels.npy'], { cwd: folder });
    socket = createServer().listen(inFolder('socket'));
    await mkdir(inFolder('set'));
    const images = { shape: [2, 2, 2], data: new Uint8Array(8) };
    await writeFile(inFolder('set', 'train-images-idx3-ubyte'), encodeIdx(images));
    const labels = { shape: [2], data: new Uint8Array(2) };
    await writeFile(inFolder('set', 'train-labels-idx1-ubyte'), encodeIdx(labels));
    execFileSync('mkfifo', ['dataset.json'], { cwd: inFolder('set') });
    await writeFile(inFolder('images.npy'), encodeNpy(images));
  });
  afterAll(async () => {
    await new Promise((resolve) => socket.close(resolve));
    await rm(folder, { recursive: true });
  });

  test.each<[string, string[], RegExp, number]>([
    [
      'a model that is a device',
      ['predict', '-', '--model', '/dev/zero'],
      /\/dev\/zero: expected a file; it is a device/,
      66,
    ],
    [
      'a model that is a socket',
      ['evaluate', '--model', '{socket}'],
      /socket: expected a file; it is a socket/,
      66,
    ],
    [
      'a model that is a folder',
      ['predict', '-', '--model', '{folder}'],
      /folder: expected a file; it is a folder/,
      66,
    ],
    [
      'a picture that is a pipe',
      ['predict', '{pipe}', '--model', '{model}'],
      /pipe: expected a file; it is a pipe/,
      66,
    ],
    [
      'a data set that is a device',
      ['data', 'convert', '/dev/zero', '{out.npz}'],
      /\/dev\/zero: expected a file or a folder; it is a device/,
      66,
    ],
    [
      'a data set that is a pipe',
      ['data', 'convert', '{pipe.csv}', '{out}', '--to', 'idx'],
      /pipe\.csv: expected a file or a folder; it is a device, a pipe/,
      66,
    ],
    [
      'labels that are a pipe',
      ['data', 'convert', '{images.npy}', '{out.npz}', '--labels', '{labels.npy}'],
      /labels\.npy: expected a file; it is a pipe/,
      66,
    ],
    [
      'a description that is a pipe',
      ['data', 'convert', '{set}', '{out.npz}'],
      /dataset\.json: expected a file or a folder; it is a device, a pipe/,
      66,
    ],
  ])('%s', async (_, args, message, code) => {
    const shipped = new URL('../../server/models/mnist.safetensors', import.meta.url).pathname;
    const places = args.map((argument) =>
      argument.replace('{model}', shipped).replace(/\{([\w.]+)\}/, inFolder('$1')),
    );
    const finished = await runCli(places);
    expect(finished.stderr).toMatch(message);
    expect(finished.code).toBe(code);
  });
});
