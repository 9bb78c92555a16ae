import { describe, expect, test } from 'vitest';
import { inkLevels, otsuThreshold } from './threshold.ts';

const histogramOf = (...values: number[]): Float64Array => {
  const histogram = new Float64Array(256);
  for (const value of values) histogram[value]! += 1;
  return histogram;
};

describe('otsuThreshold', () => {
  test('is where the variance between the classes is largest', () => {
    expect(otsuThreshold(histogramOf(10, 11, 12, 200, 201))).toBe(12);
    // w₀ w₁ (μ₀ − μ₁)²: 1 · 3 · 30² = 2700 after the 0; 3 · 1 · 40² = 4800 after the 20
    expect(otsuThreshold(histogramOf(0, 10, 20, 50))).toBe(20);
    expect(otsuThreshold(histogramOf(7, 7))).toBe(-1);
  });
});

describe('inkLevels', () => {
  test('takes the mean of the upper class for full ink, soft edges not counted', () => {
    const values = Float32Array.of(0, 1, 2, 30, 60, 198, 200, 202, -250);
    const { weak, edge, strong, full } = inkLevels(values, 1, 0)!;
    expect(full).toBeCloseTo(200, 10);
    expect([weak, edge, strong].map(Math.round)).toEqual([30, 80, 100]);
  });

  test('sees dark ink by its sign, and nothing within four deviations of the noise', () => {
    const values = Float32Array.of(39, -100);
    expect(inkLevels(values, -1, 10)!.full).toBe(100);
    expect(inkLevels(values, -1, 20)).toMatchObject({ weak: 80, edge: 80, strong: 80 });
    expect(inkLevels(values, 1, 10)).toBeUndefined();
  });
});
