import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bitsOf, collected, idxArrays } from '../../../test/idx-arrays.ts';
import { temporaryFolder } from '../../../test/small-dataset.ts';
import {
  DataError,
  DatasetError,
  GzipError,
  IdxFormatError,
  MissingDataError,
} from '../../errors.ts';
import { encodeIdx } from '../../idx/encode-idx.ts';
import { readIdx } from '../../idx/read-idx.ts';
import { MAX_IDX_FILE_BYTES, type IdxArray } from '../../idx/idx-types.ts';
import { openIdxFile, readIdxFile } from './read-idx-file.ts';
import { createIdxFile, writeIdxFile } from './write-idx-file.ts';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await temporaryFolder();
  file = path.join(folder, 'array-idx');
});
afterEach(async () => {
  await fs.rm(folder, { recursive: true });
});

const LABELS: IdxArray = { shape: [4], data: Uint8Array.of(3, 1, 4, 1) };
const plain = encodeIdx(LABELS);

test('a signal ends writing, and nothing is left', async () => {
  const signal = AbortSignal.abort();
  const gz = `${file}.gz`;
  await expect(writeIdxFile(gz, LABELS, { signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect(await fs.readdir(folder)).toEqual([]);
});

describe('readIdxFile', () => {
  test('says that a file is missing', async () => {
    await expect(readIdxFile(file)).rejects.toThrow(MissingDataError);
    await fs.writeFile(file, plain);
    await expect(readIdxFile(path.join(file, 'none'))).rejects.toThrow(MissingDataError);
    await expect(openIdxFile(path.join(folder, 'none'))).rejects.toThrow(MissingDataError);
  });

  test('refuses a folder', async () => {
    await expect(readIdxFile(folder)).rejects.toThrow(DatasetError);
  });

  test('refuses a file above the limit without reading it', async () => {
    await fs.writeFile(file, '');
    await fs.truncate(file, MAX_IDX_FILE_BYTES + 1); // sparse: takes no room on disk
    await expect(readIdxFile(file)).rejects.toThrow(/expected at most 1073741860 bytes/);
  });

  test('says how many bytes a plain file has too many or too few', async () => {
    await fs.writeFile(file, Buffer.concat([plain, Buffer.alloc(3)]));
    await expect(readIdxFile(file)).rejects.toThrow(`${file}: expected 4 bytes`);
    await expect(readIdxFile(file)).rejects.toThrow(/received 3 more/);
    expect(await readIdxFile(file, { strict: false })).toEqual(LABELS);
    await fs.writeFile(file, plain.subarray(0, 10));
    await expect(readIdxFile(file, { strict: false })).rejects.toThrow(/received 2\. .*cut short/);
  });

  const [first, second] = [gzipSync(plain.subarray(0, 6)), gzipSync(plain.subarray(6))];
  test('reads gzip of several members as their contents one after another', async () => {
    await fs.writeFile(file, Buffer.concat([first, gzipSync(''), second]));
    expect(await readIdxFile(file)).toEqual(LABELS);
  });

  test.each<[string, Uint8Array, boolean]>([
    ['several members', Buffer.concat([gzipSync(''), gzipSync('')]), true],
    ['zero bytes', Buffer.alloc(10), true],
    ['many zero bytes', Buffer.alloc(200_000), true],
    ['other bytes', Buffer.from('garbage'), false],
    ['part of a member', gzipSync('').subarray(0, 5), false],
    ['zero bytes and then others', Buffer.concat([Buffer.alloc(10), Buffer.from('x')]), false],
    ['many and then others', Buffer.concat([Buffer.alloc(200_000), Buffer.from('x')]), false],
    ['zero bytes and then a member', Buffer.concat([Buffer.alloc(9), gzipSync('')]), false],
  ])('of %s after gzip thinks as on every platform', async (_, more, isRead) => {
    const bytes = Buffer.concat([gzipSync(plain), more]);
    await fs.writeFile(file, bytes);
    for (const read of [() => readIdxFile(file), () => readIdx(bytes)]) {
      if (isRead) expect(await read()).toEqual(LABELS);
      else await expect(read()).rejects.toThrow(GzipError);
    }
  });

  test('makes sure that the file is the published one', async () => {
    const gzipped = gzipSync(plain);
    const identity = {
      bytes: gzipped.length,
      sha256: createHash('sha256').update(gzipped).digest('hex'),
    };
    await fs.writeFile(file, gzipped);
    expect(await readIdxFile(file, { identity })).toEqual(LABELS);
    const other = readIdxFile(file, { identity: { ...identity, sha256: '0'.repeat(64) } });
    await expect(other).rejects.toThrow(`received ${identity.sha256}`);
    await expect(other).rejects.toThrow(DatasetError);
    const longer = readIdxFile(file, { identity: { ...identity, bytes: 99 } });
    await expect(longer).rejects.toThrow(/expected 99 bytes; .* not the published file/);
  });
});

describe('openIdxFile', () => {
  test('lets go of the file when a loop is left or the file is broken', async () => {
    const openFiles = async (): Promise<number> => (await fs.readdir('/proc/self/fd')).length;
    if (process.platform !== 'linux') return;
    const data = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 7);
    await writeIdxFile(file, { shape: [3000, 100], data });
    await writeIdxFile(`${file}.gz`, { shape: [3000, 100], data });
    await fs.writeFile(`${file}.bad`, (await fs.readFile(`${file}.gz`)).fill(7, 100));
    const before = await openFiles();
    for (let round = 0; round < 10; round++) {
      for (const name of [file, `${file}.gz`, `${file}.bad`]) {
        const reading = (async () => {
          const stream = await openIdxFile(name);
          for await (const { data } of stream.batches({ size: 7 })) if (data.length > 0) break;
        })();
        await reading.catch((error: unknown) => {
          expect(error).toBeInstanceOf(DataError);
        });
      }
    }
    await expect.poll(openFiles).toBeLessThanOrEqual(before + 1);
  });
});

describe('createIdxFile', () => {
  test('writes what readers read, plain and gzipped, whole and in batches', async () => {
    await fc.assert(
      fc.asyncProperty(idxArrays, fc.boolean(), async (array, gzip) => {
        await writeIdxFile(file, array, { gzip });
        const bytes = await fs.readFile(file);
        expect(new Uint8Array(gzip ? gunzipSync(bytes) : bytes)).toEqual(encodeIdx(array));
        const back = await readIdxFile(file);
        expect(back.shape).toEqual(array.shape);
        expect(bitsOf(back.data)).toEqual(bitsOf(array.data));
        const stream = await openIdxFile(file);
        const copy = await createIdxFile(`${file}.copy`, {
          type: stream.header.type,
          entryShape: array.shape.slice(1),
          gzip,
        });
        for (const batch of await collected(stream.batches({ size: 2 }))) await copy.append(batch);
        await copy.finish();
        expect(copy.count).toBe(array.shape[0]);
        expect(await fs.readFile(`${file}.copy`)).toEqual(bytes);
      }),
      { numRuns: 40 },
    );
    expect((await fs.readdir(folder)).sort()).toEqual(['array-idx', 'array-idx.copy']);
  });

  test('gzips by name, the same bytes each time', async () => {
    await writeIdxFile(`${file}.gz`, LABELS);
    const bytes = await fs.readFile(`${file}.gz`);
    expect(new Uint8Array(gunzipSync(bytes))).toEqual(plain);
    await writeIdxFile(`${file}.gz`, LABELS);
    expect(await fs.readFile(`${file}.gz`)).toEqual(bytes);
  });

  test('leaves what was there until it is finished, and nothing when discarded', async () => {
    await fs.writeFile(file, 'old');
    const writer = await createIdxFile(file, { type: 'uint8', entryShape: [] });
    await writer.append(LABELS);
    expect(await fs.readFile(file, 'utf8')).toBe('old');
    await writer.discard();
    await writer.discard();
    expect(await fs.readdir(folder)).toEqual(['array-idx']);
    expect(await fs.readFile(file, 'utf8')).toBe('old');
  });

  test('leaves no part behind when the name cannot be given', async () => {
    await fs.mkdir(file);
    await expect(writeIdxFile(file, LABELS)).rejects.toThrow(/EISDIR/);
    await expect(writeIdxFile(file, LABELS, { gzip: true })).rejects.toThrow(/EISDIR/);
    expect(await fs.readdir(folder)).toEqual(['array-idx']);
  });

  test.each<[string, IdxArray]>([
    ['another type', { shape: [1, 2], data: new Int8Array(2) }],
    ['other sizes', { shape: [1, 3], data: new Uint8Array(3) }],
    ['other axes', { shape: [2], data: new Uint8Array(2) }],
    ['a wrong count', { shape: [2, 2], data: new Uint8Array(2) }],
    ['nothing', null as never],
    ['a shape that is no list', { shape: Object('[2]') as never, data: new Uint8Array(2) }],
    ['endless axes', { shape: new Array<number>(2 ** 32 - 1), data: new Uint8Array(2) }],
  ])('refuses a batch of %s and goes on', async (_, batch) => {
    const writer = await createIdxFile(file, { type: 'uint8', entryShape: [2] });
    await expect(writer.append(batch)).rejects.toThrow(IdxFormatError);
    await writer.append({ shape: [1, 2], data: Uint8Array.of(5, 6) });
    await writer.finish();
    expect(await readIdxFile(file)).toEqual({ shape: [1, 2], data: Uint8Array.of(5, 6) });
  });

  test('refuses shapes that IDX has not', async () => {
    for (const entryShape of [new Array<number>(8).fill(1), new Array<number>(2 ** 32 - 1)]) {
      const creating = createIdxFile(file, { type: 'uint8', entryShape });
      await expect(creating).rejects.toThrow(IdxFormatError);
    }
    expect(await fs.readdir(folder)).toEqual([]);
  });
});
