import { OptionError } from '@convnet/tensor';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bitsOf, collected, cuts, idxArrays, inPieces } from '../../test/idx-arrays.ts';
import { DataError, GzipError, IdxFormatError } from '../errors.ts';
import { encodeIdx } from './encode-idx.ts';
import { openIdxStream } from './idx-stream.ts';
import { countElements, type IdxArray } from './idx-types.ts';
import { parseIdx } from './parse-idx.ts';
import { readIdx } from './read-idx.ts';

const IMAGES: IdxArray = {
  shape: [5, 2, 3],
  data: Uint8Array.from({ length: 30 }, (_, i) => i),
};

async function collect(
  bytes: Uint8Array,
  size: number,
  at: readonly number[] = [],
): Promise<IdxArray[]> {
  const stream = await openIdxStream(inPieces(bytes, at), { source: 'some-file' });
  return collected(stream.batches({ size }));
}

function expectSame(actual: IdxArray, expected: IdxArray): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.data.constructor).toBe(expected.data.constructor);
  expect(bitsOf(actual.data)).toEqual(bitsOf(expected.data));
}

describe('openIdxStream', () => {
  test('reads the header first, then batches of the size asked for', async () => {
    const stream = await openIdxStream(inPieces(encodeIdx(IMAGES), []));
    expect(stream.header).toEqual({
      type: 'uint8',
      shape: [5, 2, 3],
      headerBytes: 16,
      dataBytes: 30,
    });
    const batches = await collected(stream.batches({ size: 2 }));
    expect(batches.map(({ shape }) => shape)).toEqual([
      [2, 2, 3],
      [2, 2, 3],
      [1, 2, 3],
    ]);
    expect(batches[1]!.data).toEqual(IMAGES.data.slice(12, 24));
  });

  test.each([undefined, null, {}, { size: 0 }, { size: '2' }, { sizes: 2 }])(
    'refuses batches of %j, and can still be read',
    async (options) => {
      const stream = await openIdxStream(inPieces(encodeIdx(IMAGES), []));
      await expect(collected(stream.batches(options as never))).rejects.toThrow(OptionError);
      expectSame(await stream.readAll(), IMAGES);
    },
  );

  test('gives back any array, plain or gzipped, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        idxArrays,
        cuts,
        fc.boolean(),
        fc.integer({ min: 1, max: 7 }),
        async (array, at, gzipped, size) => {
          const plain = encodeIdx(array);
          const file = gzipped ? new Uint8Array(gzipSync(plain)) : plain;
          expectSame(await (await openIdxStream(inPieces(file, at))).readAll(), array);
          expectSame(await readIdx(file), array);
          const batches = await collect(file, size, at);
          const rows = batches.reduce((sum, { shape }) => sum + shape[0]!, 0);
          expect(rows).toBe(array.shape[0]);
          for (const { shape } of batches) expect(shape.slice(1)).toEqual(array.shape.slice(1));
          const bits = batches.flatMap(({ data }) => [...bitsOf(data)]);
          expect(bits).toEqual([...bitsOf(array.data)]);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('refuses every proper prefix, by either way of reading', async () => {
    await fc.assert(
      fc.asyncProperty(idxArrays, fc.boolean(), async (array, gzipped) => {
        const plain = encodeIdx(array);
        const file = gzipped ? new Uint8Array(gzipSync(plain)) : plain;
        const lengths = Array.from({ length: file.length }, (_, length) => length);
        for (const length of lengths.filter((each) => each < 50 || each % 7 === 0)) {
          const prefix = file.subarray(0, length);
          await expect(collect(prefix, 3)).rejects.toThrow(DataError);
          await expect(readIdx(prefix)).rejects.toThrow(DataError);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('reads a file with a flipped header byte as the header then says, or refuses it', async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(
        idxArrays,
        fc.nat(35),
        fc.integer({ min: 1, max: 255 }),
        async (array, place, flip) => {
          const file = encodeIdx(array);
          file[place % (4 + 4 * array.shape.length)]! ^= flip;
          const whole = (): IdxArray => parseIdx(file, { strict: false });
          const stream = openIdxStream(inPieces(file, []), { strict: false });
          const streamed = stream.then((opened) => opened.readAll());
          try {
            const received = await streamed;
            expectSame(received, whole());
            expect(countElements(received.shape)).toBe(received.data.length);
            expect(bitsOf(encodeIdx(received))).toEqual(file.slice(0, encodeIdx(received).length));
            read += 1;
          } catch (error) {
            expect(error).toBeInstanceOf(IdxFormatError);
            expect(whole).toThrow(IdxFormatError);
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(read).toBeGreaterThan(0);
  });

  test('refuses trailing bytes, or ignores them when told to, also in gzip', async () => {
    for (const pack of [(bytes: Uint8Array) => bytes, (bytes: Uint8Array) => gzipSync(bytes)]) {
      const longer = new Uint8Array(pack(Uint8Array.of(...encodeIdx(IMAGES), 9, 9)));
      await expect(readIdx(longer)).rejects.toThrow(IdxFormatError);
      await expect(collect(longer, 2)).rejects.toThrow(/^some-file: .*received more/);
      const lenient = await openIdxStream(inPieces(longer, []), { strict: false });
      expectSame(await lenient.readAll(), IMAGES);
      expectSame(await readIdx(longer, { strict: false }), IMAGES);
    }
  });

  test('finds a broken checksum of gzip before the last batch is out', async () => {
    const file = new Uint8Array(gzipSync(encodeIdx(IMAGES)));
    file[file.length - 6]! ^= 1;
    const sizes: number[] = [];
    const reading = (async () => {
      const stream = await openIdxStream(inPieces(file, []));
      for await (const { shape } of stream.batches({ size: 2 })) sizes.push(shape[0]!);
    })();
    await expect(reading).rejects.toThrow(GzipError);
    expect(sizes.length).toBeLessThan(3);
  });

  test('passes rows without elements, however many, in one batch', async () => {
    const file = Uint8Array.of(0, 0, 8, 2, 255, 255, 255, 255, 0, 0, 0, 0);
    expect(await collect(file, 1)).toEqual([{ shape: [2 ** 32 - 1, 0], data: new Uint8Array(0) }]);
    expect(await collect(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0), 1)).toEqual([]);
  });

  test.each([
    ['a web page', new TextEncoder().encode('<!DOCTYPE html><html>'), /an HTML page/],
    ['an LFS pointer', new TextEncoder().encode('version https://git-lfs.'), /Git LFS pointer/],
    ['nothing', new Uint8Array(0), /an empty file/],
    ['gzip in gzip', gzipSync(gzipSync('a')), /gzip-compressed data/],
    ['gzip of nothing', gzipSync(''), /an empty file/],
    ['nine axes', Uint8Array.of(0, 0, 8, 9, ...new Uint8Array(36)), /received 9/],
  ])('says what it is: %s', async (_, bytes, message) => {
    await expect(openIdxStream(inPieces(bytes, [0.5]))).rejects.toThrow(message);
  });

  test('holds the header against the size of the source at once', async () => {
    const claim = encodeIdx({ shape: [1, 1], data: Uint8Array.of(1) });
    claim.set([0, 3], 6);
    const open = (bytes: Uint8Array) =>
      openIdxStream(inPieces(bytes, []), { sourceBytes: bytes.length });
    await expect(open(claim)).rejects.toThrow(
      /expected 3 bytes of elements for \[3, 1\]; received 1/,
    );
    claim.set([9, 9, 9, 9], 4);
    await expect(open(new Uint8Array(gzipSync(claim)))).rejects.toThrow(/received at most \d+\./);
  });

  test('closes its source when a loop is left, and can be read only once', async () => {
    let closed = 0;
    async function* watched() {
      try {
        yield* inPieces(encodeIdx(IMAGES), [0.5, 0.6, 0.7]);
      } finally {
        closed += 1;
      }
    }
    const stream = await openIdxStream(watched());
    for await (const batch of stream.batches({ size: 1 })) {
      expect(batch.shape[0]).toBe(1);
      break;
    }
    expect(closed).toBe(1);
    await expect(stream.readAll()).rejects.toThrow(/not read before/);
    await (await openIdxStream(watched())).close();
    await expect(openIdxStream(watched(), { sourceBytes: 20 })).rejects.toThrow(IdxFormatError);
    expect(closed).toBe(3);
  });

  test('reads a web stream, and passes its failure on', async () => {
    const gzipped = new Uint8Array(gzipSync(encodeIdx(IMAGES)));
    const body = new Response(gzipped).body!;
    expectSame(await (await openIdxStream(body)).readAll(), IMAGES);
    const failure = new Error('the line went dead');
    async function* failing() {
      yield* inPieces(gzipped.subarray(0, 20), []);
      throw failure;
    }
    await expect(openIdxStream(failing())).rejects.toBe(failure);
  });

  test.each([0, -1, 1.5])('refuses batches of %d', async (size) => {
    await expect(collect(encodeIdx(IMAGES), size)).rejects.toThrow(OptionError);
  });
});

test.each([{ sourceBytes: 1n }, { sourceBytes: -1 }, { gunzip: 'gzip' }, { strict: 1 }])(
  'refuses %o',
  async (options) => {
    const file = inPieces(encodeIdx(IMAGES), []);
    await expect(openIdxStream(file, options as never)).rejects.toThrow(OptionError);
  },
);
