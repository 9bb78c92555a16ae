import fs from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serving, startMirror, type Answer, type Mirror } from '../../../test/mirror-server.ts';
import { smallDataset, temporaryFolder } from '../../../test/small-dataset.ts';
import { DownloadError } from '../../errors.ts';
import { findDatasetFiles, readDatasetFiles } from '../dataset-files.ts';
import { downloadDatasets, type DownloadOptions } from './dataset-download.ts';

const { entry, published } = await smallDataset('mnist');
const names = [...published.keys()];
const good = serving(published);

let root = '';
let folder = '';
const mirrors: Mirror[] = [];

beforeEach(async () => {
  root = await temporaryFolder();
  folder = path.join(root, 'mnist');
});
afterEach(async () => {
  await Promise.all(mirrors.splice(0).map((mirror) => mirror.close()));
  await fs.rm(root, { recursive: true });
});

async function mirrorThat(answer: Answer): Promise<Mirror> {
  const mirror = await startMirror(answer);
  mirrors.push(mirror);
  return mirror;
}

function download(from: readonly Mirror[], options: DownloadOptions = {}) {
  const urls = from.map(({ url }) => url);
  return downloadDatasets([entry], root, {
    ...{ mirrors: urls, env: {}, connectMs: 1000 },
    ...options,
  });
}

const loaded = async () => readDatasetFiles(entry, await findDatasetFiles(entry, folder));
const filesThere = async () => (await fs.readdir(folder)).sort();

const replacing = (change: (bytes: Uint8Array) => Uint8Array): Answer =>
  serving(new Map([...published].map(([name, bytes]) => [name, change(bytes)])));

const failing: [string, Answer, RegExp][] = [
  ['refuses', (_, response) => response.writeHead(403).end('no'), /HTTP status 403/],
  ['is overloaded', (_, response) => response.writeHead(503).end(), /HTTP status 503/],
  ['accepts the call and keeps silent', () => undefined, /no answer within 1 s/],
  [
    'falls silent half-way',
    (name, response) => {
      response.writeHead(200).write(published.get(name)!.subarray(0, 100));
    },
    /no answer within 1 s/,
  ],
  [
    'hangs up half-way',
    (name, response) => {
      const bytes = published.get(name)!;
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
        response.write(published.get(name)!.subarray(sent, ++sent));
      }, 20);
      response.on('close', () => {
        clearInterval(trickle);
      });
    },
    /fewer than 4096 bytes per second/,
  ],
  [
    'redirects to itself',
    (name, response) => response.writeHead(302, { location: `/mnist/${name}` }).end(),
    /redirect loop: back to http/,
  ],
  [
    'redirects for ever',
    (name, response) => response.writeHead(307, { location: `/mnist/${name}+` }).end(),
    /more than 10 redirects, the last one to http/,
  ],
  [
    'redirects to a file',
    (_, response) => response.writeHead(301, { location: 'file:///etc/passwd' }).end(),
    /redirect to file:, which is not HTTP/,
  ],
  ['sends another file', replacing((bytes) => bytes.map((byte) => byte ^ 1)), /expected SHA-256/],
  [
    'announces another size',
    replacing((bytes) => bytes.subarray(1)),
    /bytes; the server announces \d+;/,
  ],
  [
    'sends too little',
    (name, response) => response.writeHead(200).end(published.get(name)!.subarray(1)),
    /bytes; received \d+;/,
  ],
  [
    'sends too much',
    (name, response) => {
      response.writeHead(200).write(published.get(name));
      response.end(Uint8Array.of(0));
    },
    /bytes; received more/,
  ],
  [
    'sends a range that was not asked for',
    (name, response) => {
      const bytes = published.get(name)!;
      response.writeHead(206, { 'content-range': `bytes 5-${bytes.length - 1}/${bytes.length}` });
      response.end(bytes.subarray(5));
    },
    /expected Content-Range bytes 0-/,
  ],
  [
    'compresses the file again',
    (name, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(published.get(name)),
    /received it with Content-Encoding gzip/,
  ],
];

describe('downloadDatasets', () => {
  test('downloads the four files, and reports how far it is', async () => {
    const mirror = await mirrorThat(good);
    const last = new Map<string, number>();
    const count = await download([mirror], {
      onProgress: ({ file, receivedBytes, totalBytes }) => {
        last.set(file, receivedBytes / totalBytes!);
      },
    });
    expect(count).toBe(4);
    expect(await filesThere()).toEqual([...names].sort());
    expect([...last]).toEqual(names.map((name) => [name, 1]));
    expect((await loaded()).train.size).toBe(20);
  });

  test('keeps files that are right and replaces those that are not', async () => {
    const mirror = await mirrorThat(good);
    await download([mirror]);
    await fs.writeFile(path.join(folder, names[1]!), 'broken');
    expect(await download([mirror])).toBe(1);
    expect(mirror.requests).toEqual([...names, names[1]]);
    expect(await fs.readFile(path.join(folder, names[1]!))).toEqual(
      Buffer.from(published.get(names[1]!)!),
    );
  });

  test.each(failing)(
    'goes to the next mirror when one %s, and does not ask it again',
    async (_, answer) => {
      const [bad, next] = [await mirrorThat(answer), await mirrorThat(good)];
      await download([bad, next]);
      expect(new Set(bad.requests.map((name) => name.replaceAll('+', '')))).toEqual(
        new Set([names[0]]),
      );
      expect(next.requests).toEqual(names);
      expect(await filesThere()).toEqual([...names].sort());
      expect((await loaded()).test.size).toBe(10);
    },
  );

  test('lists what every mirror did when all fail, and leaves nothing that is wrong', async () => {
    // Not those that leave a part: the next mirror is then asked for the rest alone.
    const whole = failing.filter(([what]) => !/half-way|trickles|too little/.test(what));
    const bad = await Promise.all(whole.map(([, answer]) => mirrorThat(answer)));
    const closed = await startMirror(good);
    await closed.close();
    const error: unknown = await download([...bad, closed]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DownloadError);
    expect(error).toMatchObject({ code: 'unavailable' });
    const { message } = error as DownloadError;
    for (const [, , reason] of whole) expect(message).toMatch(reason);
    for (const { url } of [...bad, closed]) expect(message).toContain(url);
    expect(message).toContain('ECONNREFUSED');
    expect(await fs.readdir(folder)).toEqual([]);
  });

  test('gives a mirror 3 seconds, and less when many share 10 seconds of silence', async () => {
    const hang = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    const messageOf = async (mirrorCount: number): Promise<string> => {
      let calls = 0;
      const error: unknown = await downloadDatasets([entry], path.join(root, `${mirrorCount}`), {
        mirrors: Array.from({ length: mirrorCount }, (_, index) => `http://m${index}/`),
        env: {},
        fetch: (_, { signal }) =>
          ++calls === 1 ? hang(signal) : Promise.reject(new Error('dead')),
      }).catch((reason: unknown) => reason);
      return String(error);
    };
    const [three, hundred] = await Promise.all([messageOf(3), messageOf(100)]);
    expect(three).toContain('http://m0/: train-images-idx3-ubyte.gz: no answer within 3 s;');
    expect(hundred).toContain('http://m0/: train-images-idx3-ubyte.gz: no answer within 0.1 s;');
    expect(hundred).toContain('http://m99/: train-images-idx3-ubyte.gz: dead.');
  });

  test('does not blame the mirror when this process itself is held up', async () => {
    const mirror = await mirrorThat((name, response, request) => {
      const end = performance.now() + 1500;
      while (performance.now() < end);
      good(name, response, request);
    });
    expect(await download([mirror])).toBe(4);
  });

  test('stops when told to, with the reason given, and keeps what arrived', async () => {
    const ending = new AbortController();
    const mirror = await mirrorThat((name, response) => {
      response.writeHead(200).write(published.get(name)!.subarray(0, 100));
    });
    const spare = await mirrorThat(good);
    const stopped = download([mirror, spare], {
      signal: ending.signal,
      connectMs: 60_000,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes === 100) ending.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(await fs.readdir(folder)).toEqual([`${names[0]!}.part`]);
    expect(spare.requests).toEqual([]);
  });

  test('stays off the network when it is forbidden, unless nothing is missing', async () => {
    const mirror = await mirrorThat(good);
    const offline = { env: { CONVNET_OFFLINE: '1' } };
    await expect(download([mirror], offline)).rejects.toThrow(/CONVNET_OFFLINE=1 forbids/);
    expect(mirror.requests).toEqual([]);
    await download([mirror]);
    await expect(download([], offline)).resolves.toBe(0);
  });

  test('says when the folder cannot be made', async () => {
    const file = path.join(root, 'file');
    await fs.writeFile(file, '');
    const refused = downloadDatasets([entry], path.join(file, 'below'), { mirrors: [], env: {} });
    await expect(refused).rejects.toThrow(DownloadError);
    await expect(refused).rejects.toThrow(/expected a folder to download to/);
  });

  test('asks CONVNET_MIRROR alone, below the folder of the data set', async () => {
    const mirror = await mirrorThat(good);
    const env = { CONVNET_MIRROR: mirror.url.replace('/mnist/', '') };
    expect(await downloadDatasets([entry], root, { env })).toBe(4);
    expect(mirror.requests).toEqual(names);
    const dead = downloadDatasets([entry], path.join(root, 'other'), {
      env: { CONVNET_MIRROR: 'http://127.0.0.1:9/data/' },
    });
    await expect(dead).rejects.toThrow(
      /^MNIST could not be downloaded: http:\/\/127\.0\.0\.1:9\/data\/mnist\/: train-images-idx3-ubyte\.gz: [^;]*$/,
    );
    const wrong = downloadDatasets([entry], path.join(root, 'other'), {
      env: { CONVNET_MIRROR: 'ftp://files' },
    });
    await expect(wrong).rejects.toThrow(
      /CONVNET_MIRROR: expected an address that begins with http/,
    );
  });
});

describe('a data set in an archive', () => {
  test('keeps the files asked for and nothing else', async () => {
    const more = new Map([['emnist-digits-train-images-idx3-ubyte.gz', Uint8Array.of(1, 2, 3)]]);
    const letters = await smallDataset('emnist-letters', more);
    const mirror = await mirrorThat(serving(letters.published));
    const from = { mirrors: [mirror.url], env: {} };
    expect(await downloadDatasets([letters.entry], root, from)).toBe(4);
    const own = Object.values(letters.entry.files).map(({ name }) => name);
    expect((await fs.readdir(path.join(root, 'emnist'))).sort()).toEqual([
      'SHA256SUMS',
      ...own.sort(),
    ]);
    expect(mirror.requests).toEqual(['gzip.zip']);
    expect(await downloadDatasets([letters.entry], root, from)).toBe(0);
    expect(mirror.requests).toHaveLength(1);

    // A file that no longer is what was taken out of the archive is taken out again.
    await fs.appendFile(path.join(root, 'emnist', own[0]!), 'x');
    expect(await downloadDatasets([letters.entry], root, from)).toBe(1);
    expect(mirror.requests).toHaveLength(2);
  });

  test('is downloaded once for several data sets', async () => {
    const digits = await smallDataset('emnist-digits');
    const more = new Map<string, Uint8Array>();
    for (const { name } of Object.values(digits.entry.files)) more.set(name, Uint8Array.of(1));
    const letters = await smallDataset('emnist-letters', more);
    const mirror = await mirrorThat(serving(letters.published));
    const both = [letters.entry, { ...digits.entry, archive: letters.entry.archive! }];
    expect(await downloadDatasets(both, root, { mirrors: [mirror.url], env: {} })).toBe(8);
    expect(mirror.requests).toEqual(['gzip.zip']);
  });

  test('says what an archive lacks', async () => {
    const letters = await smallDataset('emnist-letters');
    const balanced = await smallDataset('emnist-balanced');
    const mirror = await mirrorThat(serving(letters.published));
    const wrong = { ...balanced.entry, archive: letters.entry.archive! };
    const lacking = downloadDatasets([wrong], root, { mirrors: [mirror.url], env: {} });
    await expect(lacking).rejects.toThrow(
      /gzip\.zip: expected a file emnist-balanced-train-images-idx3-ubyte\.gz within; received an archive of 5 others/,
    );
  });
});
