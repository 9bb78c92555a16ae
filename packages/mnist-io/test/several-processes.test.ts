/** Several processes, one folder: one downloads, the others wait for it or take over from it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serving, servingRanges, startMirror, type Answer, type Mirror } from './mirror-server.ts';
import { smallDataset, temporaryFolder } from './small-dataset.ts';

const { published } = await smallDataset('mnist');
const names = [...published.keys()];
const script = fileURLToPath(new URL('download-process.ts', import.meta.url));

let root = '';
let mirror: Mirror | undefined;
beforeEach(async () => {
  root = await temporaryFolder();
});
afterEach(async () => {
  await mirror?.close();
  await fs.rm(root, { recursive: true });
});

/** Starts a process that downloads into `root`. */
function start({ url }: Mirror) {
  const node = ['--conditions=@convnet/source', '--import', 'tsx', script, 'mnist', root, url];
  const child = spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const closed = once(child, 'close');
  return {
    kill: () => child.kill('SIGKILL'),
    printed: () => printed,
    end: async () => {
      await closed;
      return printed;
    },
  };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

const expectAll = async () => {
  const folder = path.join(root, 'mnist');
  expect((await fs.readdir(folder)).sort()).toEqual([...names].sort());
  for (const [name, bytes] of published) {
    expect((await fs.readFile(path.join(folder, name))).equals(bytes)).toBe(true);
  }
};

test('two processes at once download each file once', async () => {
  // The first answer comes once the other process waits.
  const answer = serving(published);
  const processes: ReturnType<typeof start>[] = [];
  const oneWaits = () => processes.some(({ printed }) => printed().includes('waiting'));
  mirror = await startMirror((name, response, request) => {
    void until(oneWaits).then(() => {
      answer(name, response, request);
    });
  });
  processes.push(start(mirror), start(mirror));
  const outputs = await Promise.all(processes.map(({ end }) => end()));
  expect(outputs.sort()).toEqual(['downloaded 4\n', 'waiting\ndownloaded 0\n']);
  expect(mirror.requests).toEqual(names);
  await expectAll();
});

test('when one is killed the other takes over, and fetches only the rest', async () => {
  const size = published.get(names[0]!)!.length;
  let isFirst = true;
  const half: Answer = (name, response) => {
    const bytes = published.get(name)!;
    response.writeHead(200, { etag: '"1"', 'content-length': bytes.length });
    response.write(bytes.subarray(0, 1000));
  };
  const rest = servingRanges(published);
  mirror = await startMirror((name, response, request) => {
    if (isFirst) half(name, response, request);
    else rest(name, response, request);
    isFirst = false;
  });
  const first = start(mirror);
  const part = path.join(root, 'mnist', `${names[0]!}.part`);
  await until(async () => (await fs.stat(part).catch(() => undefined))?.size === 1000);
  const second = start(mirror);
  await until(() => second.printed().includes('waiting'));
  first.kill();
  expect(await second.end()).toBe('waiting\ndownloaded 4\n');
  expect(mirror.requests).toEqual([names[0], ...names]);
  expect(mirror.ranges).toEqual([undefined, 'bytes=1000-', undefined, undefined, undefined]);
  const all = [...published.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  expect(mirror.bytesServed()).toBe(all);
  expect(size).toBeGreaterThan(1000);
  await expectAll();
});
