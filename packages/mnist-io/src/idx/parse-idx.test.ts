import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IdxFormatError } from '../errors.ts';
import { encodeIdx } from './encode-idx.ts';
import { MAX_IDX_BYTES, type IdxData } from './idx-types.ts';
import { parseIdx } from './parse-idx.ts';

const IMAGE = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);

function refusal(bytes: Uint8Array): string {
  try {
    parseIdx(bytes, { source: 'some-file' });
  } catch (error) {
    expect(error).toBeInstanceOf(IdxFormatError);
    return (error as Error).message;
  }
  throw new Error('parseIdx accepted the bytes.');
}

const header = (type: number, ...sizes: number[]): Uint8Array => {
  const bytes = new Uint8Array(4 + 4 * sizes.length);
  bytes.set([0, 0, type, sizes.length]);
  for (const [axis, size] of sizes.entries())
    new DataView(bytes.buffer).setUint32(4 + 4 * axis, size);
  return bytes;
};

describe('parseIdx', () => {
  test('reads bytes without copying them', () => {
    const array = parseIdx(IMAGE);
    expect(array).toEqual({ shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    expect(array.data.buffer).toBe(IMAGE.buffer);
  });

  test('gives plain arrays for the bytes of a Node buffer', () => {
    expect(parseIdx(Buffer.from(IMAGE)).data.constructor).toBe(Uint8Array);
  });

  test.each<[string, number, number[], IdxData]>([
    ['signed bytes', 0x09, [0xff, 0x7f], Int8Array.of(-1, 127)],
    ['16-bit integers', 0x0b, [0x01, 0x02, 0xff, 0xfe], Int16Array.of(258, -2)],
    ['32-bit integers', 0x0c, [0, 0, 1, 2, 0xff, 0xff, 0xff, 0xff], Int32Array.of(258, -1)],
    ['float32', 0x0d, [0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0], Float32Array.of(1.5, -2)],
    ['float64', 0x0e, [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, ...[0xc0, 0, 0, 0, 0, 0, 0, 0]], Float64Array.of(1.5, -2)], // prettier-ignore
  ])('reads big-endian %s', (_, type, bytes, expected) => {
    expect(parseIdx(Uint8Array.of(...header(type, 2), ...bytes)).data).toEqual(expected);
  });

  test('reads what encodeIdx writes, and refuses every proper prefix and every extra byte', () => {
    const bytes = fc.uint8Array({ minLength: 0, maxLength: 24 });
    const makers = [Uint8Array, Int8Array, Int16Array, Int32Array, Float32Array, Float64Array];
    fc.assert(
      fc.property(
        bytes,
        fc.constantFrom(...makers),
        fc.integer({ min: 1, max: 8 }),
        (raw, maker, axes) => {
          const count = Math.floor(raw.length / maker.BYTES_PER_ELEMENT);
          const data = new maker(raw.buffer.slice(0, count * maker.BYTES_PER_ELEMENT));
          const shape = [...new Array<number>(axes - 1).fill(1), count];
          const file = encodeIdx({ shape, data });
          const back = parseIdx(file);
          expect(back.shape).toEqual(shape);
          expect(back.data.constructor).toBe(maker);
          expect(encodeIdx(back)).toEqual(file);
          for (let length = 0; length < file.length; length++) {
            expect(() => parseIdx(file.subarray(0, length))).toThrow(IdxFormatError);
          }
          expect(() => parseIdx(Uint8Array.of(...file, 0))).toThrow(IdxFormatError);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('says source, expectation, what came and what to do', () => {
    expect(refusal(IMAGE.subarray(0, 16))).toBe(
      'some-file: expected 6 bytes of elements for [2, 3]; received 4. The file is cut short: get it again.',
    );
  });

  test('tolerates trailing bytes only when told to', () => {
    const longer = Uint8Array.of(...IMAGE, 0, 0);
    expect(refusal(longer)).toMatch(/received 2 more/);
    expect(parseIdx(longer, { strict: false })).toEqual(parseIdx(IMAGE));
    expect(() => parseIdx(IMAGE.subarray(0, 17), { strict: false })).toThrow(IdxFormatError);
  });

  test.each([
    ['an undefined element type', header(0x0a, 1), /0x0A/],
    ['no axes', header(0x08), /1 to 8 axes; received 0/],
    ['nine axes', header(0x08, 1, 1, 1, 1, 1, 1, 1, 1, 1), /received 9/],
    ['a header that is cut short', header(0x08, 1, 1).subarray(0, 11), /header of 12 bytes/],
    ['more than the limit', header(0x0e, MAX_IDX_BYTES / 8 + 1), /at most 1073741824 bytes/],
    [
      'sizes whose product overflows',
      header(0x08, ...new Array<number>(8).fill(2 ** 32 - 1)),
      /at most/,
    ],
    ['a wrong magic number', Uint8Array.of(1, 2, 3, 4), /0x01 0x02 0x03 0x04/],
    ['an empty file', new Uint8Array(0), /an empty file/],
    ['a web page', new TextEncoder().encode('\n<!DOCTYPE html><html>'), /an HTML page/],
    ['a PNG image', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10), /a PNG image/],
    ['a zip archive', Uint8Array.of(0x50, 0x4b, 3, 4, 0), /a zip archive/],
    ['gzipped data', Uint8Array.of(0x1f, 0x8b, 8, 0), /gzip-compressed data. Decompress it first/],
  ])('refuses %s', (_, bytes, message) => {
    expect(refusal(bytes)).toMatch(message);
  });
});
