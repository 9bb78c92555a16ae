import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { GzipError } from './errors.ts';
import { decompressIfGzipped } from './decompress.ts';

const plain = Uint8Array.from({ length: 100_000 }, (_, index) => (index * index) >> 5);
const gzipped = new Uint8Array(gzipSync(plain));

describe('decompressIfGzipped', () => {
  test('leaves other bytes alone', async () => {
    expect(await decompressIfGzipped(plain)).toBe(plain);
  });

  test('decompresses', async () => {
    expect(await decompressIfGzipped(gzipped)).toEqual(plain);
    expect(await decompressIfGzipped(gzipped, { maxBytes: plain.length })).toEqual(plain);
  });

  test.each([2, 9, 10, 1000, gzipped.length - 8, gzipped.length - 1])(
    'refuses data that ends after %i bytes',
    async (length) => {
      const cut = decompressIfGzipped(gzipped.subarray(0, length), { source: 'some.gz' });
      await expect(cut).rejects.toThrow(GzipError);
      await expect(cut).rejects.toThrow(/^some\.gz: expected whole gzip data/);
    },
  );

  test.each([
    ['compressed data', gzipped.length >> 1],
    ['checksum', gzipped.length - 6],
    ['length', gzipped.length - 2],
  ])(
    // prettier-ignore
    'refuses a flipped bit in the %s',
    async (_, position) => {
      const corrupt = gzipped.slice();
      corrupt[position]! ^= 4;
      await expect(decompressIfGzipped(corrupt)).rejects.toThrow(GzipError);
    },
  );

  test.each([
    ['a second member', gzipSync('more')],
    ['zero bytes', new Uint8Array(7)],
    ['other bytes', Buffer.from('garbage')],
    ['half a member', gzipSync('more').subarray(0, 5)],
  ])('refuses %s after the first member, as every platform then does', async (_, more) => {
    const longer = new Uint8Array(Buffer.concat([gzipped, more]));
    await expect(decompressIfGzipped(longer)).rejects.toThrow(GzipError);
  });

  test('refuses a gzip bomb before it unfolds', async () => {
    const bomb = gzipSync(new Uint8Array(2 ** 26));
    const before = process.memoryUsage().arrayBuffers;
    const refused = decompressIfGzipped(bomb, { maxBytes: 2 ** 20, source: 'bomb.gz' });
    await expect(refused).rejects.toThrow(/^bomb\.gz: expected at most 1048576 bytes/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 25);
  });
});
