import { describe, expect, test } from 'vitest';
import { ReadAhead } from './read-ahead.ts';
import type { SampleSource } from './samples.ts';

/** A source of 2 numbers a sample that notes what is read. Sample `broken` cannot be read. */
function noting(kind: 'bytes' | 'floats', broken = NaN) {
  const reads: string[] = [];
  const read = (
    indices: Uint32Array,
    into: Uint8Array | Float32Array | Float64Array,
    epoch = -1,
  ) => {
    reads.push(`${indices.join()} of ${epoch}`);
    if (indices.includes(broken)) throw new Error(`sample ${broken}`);
    for (const [i, index] of indices.entries()) into.set([index, epoch + 1], 2 * i);
  };
  const bytes = { valueOfByte: new Float32Array(256), readBytes: read };
  const source: SampleSource = {
    sampleCount: 10,
    sampleShape: [2],
    readSamples: read,
    bytes: kind === 'bytes' ? bytes : undefined,
  };
  return { reads, source };
}

describe.each(['bytes', 'floats'] as const)('%s', (kind) => {
  const readFrom = (samples: ReadAhead, indices: Uint32Array, epoch?: number): number[] => {
    const into = kind === 'bytes' ? new Uint8Array(4) : new Float64Array(4);
    if (into instanceof Uint8Array) void samples.bytes!.readBytes(indices, into, epoch);
    else void samples.readSamples(indices, into, epoch);
    return [...into];
  };
  const order = Uint32Array.of(3, 1, 4, 5);
  const [first, second] = [order.subarray(0, 2), order.subarray(2, 4)];

  test('gives what was read ahead, and parts of it', () => {
    const { reads, source } = noting(kind);
    const samples = new ReadAhead(source, 'float64');
    samples.readAhead(second, 6);
    expect(readFrom(samples, order.subarray(2, 4), 6)).toEqual([4, 7, 5, 7]);
    expect(readFrom(samples, order.subarray(3, 4), 6)).toEqual([5, 7, 0, 0]);
    expect(reads).toEqual(['4,5 of 6']);
  });

  test('reads anew what is asked for instead', () => {
    const { reads, source } = noting(kind);
    const samples = new ReadAhead(source, 'float64');
    samples.readAhead(second, 6);
    expect(readFrom(samples, first, 6)).toEqual([3, 7, 1, 7]);
    expect(readFrom(samples, second, 7)).toEqual([4, 8, 5, 8]);
    expect(readFrom(samples, Uint32Array.of(4, 5), 6)).toEqual([4, 7, 5, 7]);
    expect(reads).toEqual(['4,5 of 6', '3,1 of 6', '4,5 of 7', '4,5 of 6']);
  });

  test('meets an error when the samples are asked for', () => {
    const samples = new ReadAhead(noting(kind, 4).source, 'float64');
    samples.readAhead(second, 6);
    expect(readFrom(samples, first, 6)).toEqual([3, 7, 1, 7]);
    expect(() => readFrom(samples, second, 6)).toThrow('sample 4');
  });
});
