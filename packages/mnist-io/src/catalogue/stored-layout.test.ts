import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DatasetError } from '../errors.ts';
import { classLabels, uprightImages } from './stored-layout.ts';

describe('uprightImages', () => {
  test('turns columns into rows', () => {
    const stored = { shape: [1, 2, 3], data: Uint8Array.of(1, 3, 5, 2, 4, 6) };
    expect(uprightImages(stored)).toEqual({
      shape: [1, 3, 2],
      data: Uint8Array.of(1, 2, 3, 4, 5, 6),
    });
  });

  test('is its own inverse', () => {
    const size = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(size, size, size, (count, height, width) => {
        const data = Uint8Array.from({ length: count * height * width }, (_, index) => index);
        const array = { shape: [count, height, width], data };
        expect(uprightImages(uprightImages(array))).toEqual(array);
      }),
    );
  });
});

describe('classLabels', () => {
  test('takes column 0 of a table', () => {
    const stored = { shape: [2, 3], data: Int32Array.of(7, 1000, 1, 4, 2000, 1) };
    expect(classLabels(stored)).toEqual({ shape: [2], data: Uint8Array.of(7, 4) });
  });

  test('counts from the first label', () => {
    const stored = { shape: [3], data: Uint8Array.of(1, 26, 2) };
    expect(classLabels(stored, { firstLabel: 1 }).data).toEqual(Uint8Array.of(0, 25, 1));
    expect(classLabels(stored)).toBe(stored);
  });

  test('refuses labels below the first and labels that are no byte', () => {
    const low = { shape: [2], data: Uint8Array.of(1, 0) };
    expect(() => classLabels(low, { firstLabel: 1, source: 'letters' })).toThrow(
      'letters: expected labels from 1; received 0 for image 1.',
    );
    const high = { shape: [1, 1], data: Int32Array.of(256) };
    expect(() => classLabels(high)).toThrow(DatasetError);
  });
});
