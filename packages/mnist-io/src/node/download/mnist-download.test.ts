import fs from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serving, startMirror, type Answer, type Mirror } from '../../../test/mirror-server.ts';
import { gzippedSmallMnist, temporaryFolder } from '../../../test/small-mnist.ts';
import { DownloadError } from '../../errors.ts';
import { downloadMnist, type DownloadMnistOptions } from './mnist-download.ts';
import { loadMnist } from '../mnist-files.ts';

const { byName, identities } = gzippedSmallMnist();
const names = [...byName.keys()];
const good = serving(byName);

let folder = '';
const mirrors: Mirror[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await Promise.all(mirrors.splice(0).map((mirror) => mirror.close()));
  await fs.rm(folder, { recursive: true });
});

async function mirrorThat(answer: Answer): Promise<Mirror> {
  const mirror = await startMirror(answer);
  mirrors.push(mirror);
  return mirror;
}

function download(from: readonly Mirror[], options: DownloadMnistOptions = {}) {
  const urls = from.map(({ url }) => url);
  return downloadMnist(folder, { mirrors: urls, identities, env: {}, silenceMs: 200, ...options });
}

const replacing = (change: (bytes: Uint8Array) => Uint8Array): Answer =>
  serving(new Map([...byName].map(([name, bytes]) => [name, change(bytes)])));

const failing: [string, Answer, RegExp][] = [
  ['refuses', (_, response) => response.writeHead(403).end('no'), /HTTP status 403/],
  ['is overloaded', (_, response) => response.writeHead(503).end(), /HTTP status 503/],
  ['accepts the call and keeps silent', () => undefined, /no answer within 0\.2 s/],
  [
    'falls silent half-way',
    (name, response) => {
      response.writeHead(200).write(byName.get(name)!.subarray(0, 100));
    },
    /no answer within 0\.2 s/,
  ],
  [
    'hangs up half-way',
    (name, response) => {
      const bytes = byName.get(name)!;
      response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 100));
      setTimeout(() => response.destroy(), 20);
    },
    /UND_ERR_SOCKET|ECONNRESET/,
  ],
  [
    'trickles',
    (name, response) => {
      let sent = 0;
      response.writeHead(200);
      const trickle = setInterval(() => {
        response.write(byName.get(name)!.subarray(sent, ++sent));
      }, 20);
      response.on('close', () => {
        clearInterval(trickle);
      });
    },
    /fewer than 4096 bytes per second/,
  ],
  [
    'redirects for ever',
    (name, response) => response.writeHead(302, { location: `/mnist/${name}` }).end(),
    /redirect/,
  ],
  ['sends another file', replacing((bytes) => bytes.map((byte) => byte ^ 1)), /expected SHA-256/],
  ['sends too little', replacing((bytes) => bytes.subarray(1)), /bytes; received \d+;/],
  ['sends too much', replacing((bytes) => Uint8Array.of(...bytes, 0)), /bytes; received more/],
];

describe('downloadMnist', () => {
  it('downloads the four files, and reports how far it is', async () => {
    const mirror = await mirrorThat(good);
    const last = new Map<string, number>();
    await download([mirror], {
      onProgress: ({ file, receivedBytes, totalBytes }) => {
        last.set(file, receivedBytes / totalBytes);
      },
    });
    expect((await fs.readdir(folder)).sort()).toEqual([...names].sort());
    expect([...last]).toEqual(names.map((name) => [name, 1]));
    expect((await loadMnist(folder)).train.size).toBe(20);
  });

  it('keeps files that are right and replaces those that are not', async () => {
    const mirror = await mirrorThat(good);
    await download([mirror]);
    await fs.writeFile(path.join(folder, names[1]!), 'broken');
    await download([mirror]);
    expect(mirror.requests).toEqual([...names, names[1]]);
    expect(await fs.readFile(path.join(folder, names[1]!))).toEqual(
      Buffer.from(byName.get(names[1]!)!),
    );
  });

  it.each(failing)(
    'goes to the next mirror when one %s, and does not ask it again',
    async (_, answer) => {
      const [bad, next] = [await mirrorThat(answer), await mirrorThat(good)];
      await download([bad, next]);
      expect(new Set(bad.requests)).toEqual(new Set([names[0]]));
      expect(next.requests).toEqual(names);
      expect((await fs.readdir(folder)).sort()).toEqual([...names].sort());
    },
  );

  it('lists what every mirror did when all fail, and leaves nothing behind', async () => {
    const bad = await Promise.all(failing.map(([, answer]) => mirrorThat(answer)));
    const closed = await startMirror(good);
    await closed.close();
    const error: unknown = await download([...bad, closed]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DownloadError);
    expect(error).toMatchObject({ code: 'unavailable' });
    const { message } = error as DownloadError;
    for (const [, , reason] of failing) expect(message).toMatch(reason);
    for (const { url } of [...bad, closed]) expect(message).toContain(url);
    expect(message).toContain('ECONNREFUSED');
    expect(await fs.readdir(folder)).toEqual([]);
  });

  it('gives a mirror 3 seconds, and less when many share 10 seconds of silence', async () => {
    const hang = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    const messageOf = async (mirrorCount: number): Promise<string> => {
      let calls = 0;
      const mirrors = Array.from({ length: mirrorCount }, (_, index) => `http://m${index}/`);
      const error: unknown = await downloadMnist(folder, {
        mirrors,
        identities,
        env: {},
        fetch: (_, { signal }) =>
          ++calls === 1 ? hang(signal!) : Promise.reject(new Error('dead')),
      }).catch((reason: unknown) => reason);
      return String(error);
    };
    const [three, hundred] = await Promise.all([messageOf(3), messageOf(100)]);
    expect(three).toContain('http://m0/: train-images-idx3-ubyte.gz: no answer within 3 s;');
    expect(hundred).toContain('http://m0/: train-images-idx3-ubyte.gz: no answer within 0.1 s;');
    expect(hundred).toContain('http://m99/: train-images-idx3-ubyte.gz: dead.');
  });

  it('stops when told to, with the reason given, and leaves nothing behind', async () => {
    const ending = new AbortController();
    const mirror = await mirrorThat((name, response) => {
      response.writeHead(200).write(byName.get(name)!.subarray(0, 100));
      setTimeout(() => {
        ending.abort(new Error('enough'));
      }, 20);
    });
    const spare = await mirrorThat(good);
    await expect(download([mirror, spare], { signal: ending.signal })).rejects.toThrow('enough');
    expect(await fs.readdir(folder)).toEqual([]);
    expect(spare.requests).toEqual([]);
  });

  it('stays off the network when it is forbidden, unless nothing is missing', async () => {
    const mirror = await mirrorThat(good);
    const offline = { env: { CONVNET_OFFLINE: '1' } };
    await expect(download([mirror], offline)).rejects.toThrow(/CONVNET_OFFLINE=1 forbids/);
    expect(mirror.requests).toEqual([]);
    await download([mirror]);
    await expect(download([], offline)).resolves.toHaveProperty('testLabels');
  });

  it('says when the folder cannot be made', async () => {
    const file = path.join(folder, 'file');
    await fs.writeFile(file, '');
    const refused = downloadMnist(path.join(file, 'below'), { mirrors: [], env: {} });
    await expect(refused).rejects.toThrow(DownloadError);
    await expect(refused).rejects.toThrow(/expected a folder to download to/);
  });

  it('removes what a process that died left, and nothing that may be in use', async () => {
    const [old, fresh] = ['dead', 'busy'].map((word) =>
      path.join(folder, `${names[0]!}.${word}.part`),
    );
    await fs.writeFile(old!, 'x');
    await fs.writeFile(fresh!, 'x');
    await fs.utimes(old!, new Date(0), new Date(0));
    await download([await mirrorThat(good)]);
    expect((await fs.readdir(folder)).sort()).toEqual([...names, path.basename(fresh!)].sort());
  });

  it('lets two processes download at once', async () => {
    const mirror = await mirrorThat(good);
    await Promise.all([download([mirror]), download([mirror])]);
    expect((await fs.readdir(folder)).sort()).toEqual([...names].sort());
    expect((await loadMnist(folder)).test.size).toBe(10);
  });
});
