import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  cuttingAfter,
  serving,
  servingRanges,
  startMirror,
  type Answer,
  type Mirror,
} from '../../../test/mirror-server.ts';
import { temporaryFolder } from '../../../test/small-dataset.ts';
import type { FileIdentity } from '../../catalogue/dataset-entry.ts';
import { downloadVerified } from './verified-download.ts';

const bytes = randomBytes(5000);
const files = new Map([['file', new Uint8Array(bytes)]]);
const sha256 = createHash('sha256').update(bytes).digest('hex');
const md5 = createHash('md5').update(bytes).digest('hex');

let folder = '';
let mirror: Mirror | undefined;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await mirror?.close();
  mirror = undefined;
  await fs.rm(folder, { recursive: true });
});

const file = () => path.join(folder, 'file');
/** Bytes that the last download had at last. */
let received = 0;
const there = async () => (await fs.readdir(folder)).sort();

function download(from: Mirror, identity: FileIdentity = { bytes: 5000, sha256 }) {
  return downloadVerified({
    url: `${from.url}file`,
    file: file(),
    identity,
    fetch,
    connectMs: 60_000,
    silenceMs: 60_000,
    onReceived: (bytes) => {
      received = bytes;
    },
  });
}

async function expectWhole() {
  expect((await fs.readFile(file())).equals(bytes)).toBe(true);
  expect(await there()).toEqual(['file']);
}

/** A mirror that breaks off after 2000 bytes at first and then answers as told. */
async function brokenOff(then: Answer): Promise<Mirror> {
  let isFirst = true;
  received = 0;
  const cutting = cuttingAfter(files, 2000, () => received);
  mirror = await startMirror((...call) => {
    (isFirst ? cutting : then)(...call);
    isFirst = false;
  });
  await expect(download(mirror)).rejects.toThrow();
  expect(await there()).toEqual(['file.part', 'file.part.json']);
  expect((await fs.stat(`${file()}.part`)).size).toBe(2000);
  return mirror;
}

describe('downloadVerified, after an earlier download broke off', () => {
  test('fetches only the rest', async () => {
    const resumed = await brokenOff(servingRanges(files));
    await download(resumed);
    expect(resumed.ranges).toEqual([undefined, 'bytes=2000-']);
    expect(resumed.bytesServed()).toBe(5000);
    await expectWhole();
  });

  test('starts over when the file has changed at the server', async () => {
    const conditions: unknown[] = [];
    const changed = servingRanges(files, '"2"');
    const resumed = await brokenOff((name, response, request) => {
      conditions.push(request.headers['if-range']);
      changed(name, response, request);
    });
    await download(resumed);
    expect(conditions).toEqual(['"1"']);
    expect(resumed.bytesServed()).toBe(7000);
    await expectWhole();
  });

  test('does not ask another server for the version of the first', async () => {
    const conditions: unknown[] = [];
    const first = await brokenOff(serving(files));
    const ranged = servingRanges(files, '"other"');
    const other = await startMirror((name, response, request) => {
      conditions.push(request.headers['if-range']);
      ranged(name, response, request);
    });
    await download(other);
    expect(conditions).toEqual([undefined]);
    expect([first.bytesServed(), other.bytesServed()]).toEqual([2000, 3000]);
    await other.close();
    await expectWhole();
  });

  const rest: [string, Answer, number][] = [
    ['has no ranges and sends all of it', serving(files), 1],
    [
      'answers 416',
      (name, response, request) => {
        if (request.headers.range === undefined) serving(files)(name, response, request);
        else response.writeHead(416).end();
      },
      2,
    ],
    [
      'sends another range',
      (name, response, request) => {
        if (request.headers.range === undefined) serving(files)(name, response, request);
        else {
          response.writeHead(206, { 'content-range': 'bytes 1000-4999/5000' });
          response.end(bytes.subarray(1000));
        }
      },
      2,
    ],
    [
      'sends the range of a file of another size',
      (name, response, request) => {
        if (request.headers.range === undefined) serving(files)(name, response, request);
        else {
          response.writeHead(206, { 'content-range': 'bytes 2000-5999/6000' });
          response.end(new Uint8Array(4000));
        }
      },
      2,
    ],
    [
      'sends a range without saying which',
      (name, response, request) => {
        if (request.headers.range === undefined) serving(files)(name, response, request);
        else response.writeHead(206).end(bytes.subarray(2000));
      },
      2,
    ],
  ];
  test.each(rest)('starts over when the server %s', async (_, answer, requests) => {
    const resumed = await brokenOff(answer);
    await download(resumed);
    expect(resumed.requests).toHaveLength(1 + requests);
    await expectWhole();
  });

  test('starts over when the kept part turns out to be wrong', async () => {
    const resumed = await brokenOff(servingRanges(files));
    await fs.writeFile(`${file()}.part`, randomBytes(2000));
    await download(resumed);
    expect(resumed.ranges).toEqual([undefined, 'bytes=2000-', undefined]);
    await expectWhole();
  });

  test('needs no network when all of it is there already', async () => {
    mirror = await startMirror(serving(files));
    await fs.writeFile(`${file()}.part`, bytes);
    await download(mirror);
    expect(mirror.requests).toEqual([]);
    await expectWhole();
  });

  test('starts over when more is there than there should be', async () => {
    mirror = await startMirror(servingRanges(files));
    await fs.writeFile(`${file()}.part`, randomBytes(5001));
    await download(mirror);
    expect(mirror.ranges).toEqual([undefined]);
    await expectWhole();
  });

  test('comes out whole however often and wherever it breaks off', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 1500 }), { maxLength: 4 }),
        async (cuts) => {
          await fs.rm(file(), { force: true });
          const pending = [...cuts];
          const ranged = servingRanges(files);
          const server = await startMirror((name, response, request) => {
            const cut = pending.shift();
            if (cut === undefined) {
              ranged(name, response, request);
              return;
            }
            const start = Number(/\d+/.exec(request.headers.range ?? '0')![0]);
            const range = `bytes ${start}-4999/5000`;
            response.writeHead(start === 0 ? 200 : 206, {
              etag: '"1"',
              'content-length': 5000 - start,
              ...(start > 0 && { 'content-range': range }),
            });
            response.write(bytes.subarray(start, start + cut));
            setTimeout(() => response.destroy(), 10);
          });
          while (pending.length > 0) await expect(download(server)).rejects.toThrow();
          await download(server);
          await server.close();
          await expectWhole();
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('downloadVerified', () => {
  test('takes a file whose MD5 alone is known, and refuses another', async () => {
    mirror = await startMirror(serving(files));
    await download(mirror, { md5 });
    await expectWhole();
    await expect(download(mirror, { md5: md5.replaceAll(/./g, '0') })).rejects.toThrow(
      `expected MD5 ${'0'.repeat(32)}; received ${md5}`,
    );
    await expectWhole();
  });

  test('stops an endless body at the known size', async () => {
    const closed = new AbortController();
    mirror = await startMirror((_, response) => {
      response.writeHead(200);
      const flood = setInterval(() => response.write(new Uint8Array(2000)), 1);
      response.on('close', () => {
        clearInterval(flood);
        closed.abort();
      });
    });
    await expect(download(mirror)).rejects.toThrow('expected 5000 bytes; received more');
    expect(await there()).toEqual([]);
    if (!closed.signal.aborted) await once(closed.signal, 'abort');
  });
});
