import { describe, expect, test } from 'vitest';
import { averageBlocks } from './plane.ts';

describe('averageBlocks', () => {
  const pixels = Uint8Array.from({ length: 20 }, (_, i) => i * 10);

  test('copies a part at factor 1', () => {
    const plane = averageBlocks(pixels, 5, { left: 1, top: 1, width: 3, height: 2 }, 1);
    expect(plane).toEqual({
      width: 3,
      height: 2,
      values: Float32Array.of(60, 70, 80, 110, 120, 130),
    });
  });

  test('averages whole blocks, and what is left of them at the edges', () => {
    const plane = averageBlocks(pixels, 5, { left: 0, top: 1, width: 5, height: 3 }, 2);
    expect([plane.width, plane.height]).toEqual([3, 2]);
    expect([...plane.values]).toEqual([80, 100, 115, 155, 175, 190]);
  });
});
