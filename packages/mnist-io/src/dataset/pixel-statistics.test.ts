import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizationOf, pixelStatistics } from './pixel-statistics.ts';

test('has the mean and deviation of the definition', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), (pixels) => {
      const values = Array.from(pixels, (byte) => byte / 255);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      const result = pixelStatistics(pixels);
      expect(result.mean).toBeCloseTo(mean, 10);
      expect(result.standardDeviation).toBeCloseTo(Math.sqrt(variance), 6);
    }),
  );
});

test('gives constants to normalize by that can be used', () => {
  expect(normalizationOf(Uint8Array.of(0, 255))).toEqual({ mean: 0.5, standardDeviation: 0.5 });
  expect(normalizationOf(Uint8Array.of(51, 51))).toEqual({ mean: 0.2, standardDeviation: 1 });
  expect(normalizationOf(new Uint8Array(0))).toEqual({ mean: 0, standardDeviation: 1 });
});

test('gives constants of each channel', () => {
  const pixels = Uint8Array.of(0, 51, 102, 255, 51, 204);
  const statistics = { mean: [0.5, 0.2, 0.6], standardDeviation: [0.5, 1, 0.2] };
  expect(normalizationOf(pixels, 3)).toEqual(statistics);
});
