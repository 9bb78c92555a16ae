import { constants, deflateRawSync, gzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BitInput } from './bit-input.ts';
import { inOnePiece } from './gzip.ts';
import { inflate, InflateError } from './inflate.ts';

async function unpacked(packed: Uint8Array): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of inflate(new BitInput(inOnePiece(packed)))) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Bytes that repeat themselves at all distances, and some that do not. */
const content = Uint8Array.from({ length: 300_000 }, (_, i) =>
  i % 40_000 < 9000 ? (i * i) >> 7 : i % 1000 < 300 ? 7 : Math.imul(i, 2654435761) >>> 24,
);

describe('inflate', () => {
  test.each([
    ['stored blocks', { level: 0 }],
    ['the fastest level', { level: 1 }],
    ['the best level', { level: 9 }],
    ['fixed codes', { strategy: constants.Z_FIXED }],
    ['codes without matches', { strategy: constants.Z_HUFFMAN_ONLY }],
    ['runs', { strategy: constants.Z_RLE }],
    ['a small window', { windowBits: 9 }],
  ])('unpacks %s', async (_, options) => {
    expect((await unpacked(deflateRawSync(content, options))).equals(content)).toBe(true);
  });

  test('unpacks whatever zlib packs', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc
        .array(fc.constantFrom(0, 1, 255), { maxLength: 3000 })
        .map((list) => Uint8Array.from(list)),
    );
    const level = fc.integer({ min: 0, max: 9 });
    const strategy = fc.integer({ min: 0, max: 4 });
    await fc.assert(
      fc.asyncProperty(bytes, level, strategy, async (data, ...[each, how]) => {
        const packed = deflateRawSync(data, { level: each, strategy: how });
        expect((await unpacked(packed)).equals(data)).toBe(true);
      }),
    );
  });

  test('of changed data gives what zlib gives, or an error', async () => {
    const packed = deflateRawSync(content.subarray(0, 2000));
    const change = fc.tuple(fc.nat({ max: packed.length - 1 }), fc.nat({ max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 3 }), async (changes) => {
        const changed = packed.subarray();
        const bytes = Uint8Array.from(changed);
        for (const [at, byte] of changes) bytes[at] = byte;
        let here: Buffer | undefined;
        try {
          here = await unpacked(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(InflateError);
        }
        let there: Buffer | undefined;
        try {
          there = inflateRawSync(bytes);
        } catch {
          // zlib refuses codes that are never used, too.
        }
        if (there) expect(here?.equals(there)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

test('gzip of any kind is short work: as much as there is to unpack', async () => {
  // A member of 10 MB with a name of 10 MB: what grew with the square of either would take hours.
  const name = Buffer.alloc(10_000_000, 'n');
  const packed = gzipSync(Buffer.alloc(10_000_000, 'x'));
  packed[3] = 8;
  const whole = Buffer.concat([packed.subarray(0, 10), name, Buffer.alloc(1), packed.subarray(10)]);
  const { decompressIfGzipped } = await import('../decompress.ts');
  expect(await decompressIfGzipped(whole)).toHaveLength(10_000_000);
});
