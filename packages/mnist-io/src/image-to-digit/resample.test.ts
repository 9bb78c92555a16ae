import { describe, expect, test } from 'vitest';
import { resample } from './resample.ts';

const plane = {
  width: 5,
  height: 3,
  values: Float32Array.of(...[9, 9, 9, 9, 9], ...[9, 10, 20, 30, 9], ...[9, 40, 50, 60, 9]),
};
const box = { left: 1, top: 1, width: 3, height: 2 };

describe('resample', () => {
  test('changes nothing at equal size', () => {
    expect([...resample(plane, box, 2, 3)]).toEqual([10, 20, 30, 40, 50, 60]);
  });

  test('averages exactly what each pixel covers when shrinking', () => {
    const [left, right] = resample(plane, box, 1, 2);
    expect(left).toBeCloseTo((10 + 40 + (20 + 50) / 2) / 3, 10);
    expect(right).toBeCloseTo((30 + 60 + (20 + 50) / 2) / 3, 10);
  });

  test('blends neighbours when growing, and holds the edges', () => {
    const two = { width: 2, height: 1, values: Float32Array.of(0, 100) };
    const row = [...resample(two, { left: 0, top: 0, width: 2, height: 1 }, 1, 4)];
    expect(row).toEqual([0, 25, 75, 100]);
  });
});
