/** Arbitrary IDX arrays, and the ways in which their files may come, for tests of properties. */
import fc from 'fast-check';
import type { IdxArray, IdxData } from '../src/index.ts';

const makers = [Uint8Array, Int8Array, Int16Array, Int32Array, Float32Array, Float64Array];

/** Arrays of every type, of 1 to 8 axes and at most 64 elements, of any bits. */
export const idxArrays: fc.Arbitrary<IdxArray> = fc
  .tuple(
    fc.constantFrom(...makers),
    fc
      .array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 8 })
      .filter((shape) => shape.reduce((product, size) => product * size, 1) <= 64),
    fc.uint8Array({ minLength: 512, maxLength: 512 }),
  )
  .map(([maker, shape, bits]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return { shape, data: new maker(bits.slice().buffer, 0, count).slice() };
  });

/** Cuts bytes at the given shares of their length; an empty piece comes where two are equal. */
export async function* inPieces(
  bytes: Uint8Array,
  cuts: readonly number[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const places = cuts.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
  let start = 0;
  for (const end of [...places, bytes.length]) {
    await Promise.resolve();
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** Where to cut. */
export const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

/** The bits of elements: equal where numbers are, also where they are not a number. */
export function bitsOf(data: IdxData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** All that comes, in a list. */
export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
