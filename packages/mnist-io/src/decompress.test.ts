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

  test('reads several members as their contents one after another, and zeros behind them', async () => {
    const members = [
      gzipped,
      gzipSync(''),
      gzipSync('more', { level: 0 }),
      new Uint8Array(100_000),
    ];
    const whole = Buffer.concat([plain, Buffer.from('more')]);
    const bytes = Buffer.concat(members);
    expect(whole.equals(await decompressIfGzipped(bytes))).toBe(true);
    const exact = decompressIfGzipped(bytes, { maxBytes: whole.length });
    expect(whole.equals(await exact)).toBe(true);
    const less = decompressIfGzipped(bytes, { maxBytes: whole.length - 1 });
    await expect(less).rejects.toThrow(/expected at most 100003 bytes after decompression/);
  });

  test('passes over all that a header may have', async () => {
    const [start, rest] = [gzipped.slice(0, 10), gzipped.subarray(10)];
    start[3] = 2 + 4 + 8 + 16;
    const text = Buffer.from('a name\0a comment\0');
    const bytes = Buffer.concat([start, Uint8Array.of(3, 0, 1, 2, 3), text, Buffer.alloc(2), rest]);
    expect(Buffer.from(plain).equals(await decompressIfGzipped(bytes))).toBe(true);
  });

  test.each([
    ['other bytes', Buffer.from('garbage')],
    ['half a member', gzipSync('more').subarray(0, 5)],
    ['zeros and then other bytes', Buffer.from('\0\0garbage')],
    ['zeros and then a member', Buffer.concat([new Uint8Array(9), gzipSync('more')])],
  ])('refuses %s after the first member', async (_, more) => {
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
