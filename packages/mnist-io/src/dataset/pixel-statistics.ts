/**
 * Mean and standard deviation of pixels scaled to 0 … 1, from exact sums of integers:
 *
 *     mean = Σ x / N    deviation = √(Σ x² / N − mean²)    with x = byte / 255
 *
 * Sums stay below 2⁵³ for up to 10¹¹ pixels, so the result is the same on every machine.
 */
import { asBytes } from '@convnet/tensor';
import type { Normalization } from './image-samples.ts';

/**
 * Mean and standard deviation, 0 … 1, of pixels `[…]`, bytes from 0 to 255; both NaN
 * if there are no pixels.
 *
 * @example
 * ```ts
 * const { mean, standardDeviation } = pixelStatistics(train.images.pixels);
 * ```
 */
export function pixelStatistics(pixels: Uint8Array): Normalization {
  // Each byte is counted, then each of 256 values multiplied once: faster than squaring pixels.
  const counts = new Float64Array(256);
  const bytes = asBytes(pixels, 'pixelStatistics');
  for (const byte of bytes) counts[byte]! += 1;
  let sum = 0;
  let squares = 0;
  for (const [byte, count] of counts.entries()) {
    sum += byte * count;
    squares += byte * byte * count;
  }
  const mean = sum / bytes.length;
  const variance = squares / bytes.length - mean * mean;
  return { mean: mean / 255, standardDeviation: Math.sqrt(Math.max(0, variance)) / 255 };
}

/**
 * The constants to normalize such pixels by, to four decimals, as they are customarily given.
 * Pixels that are all alike keep their distances: their deviation counts as 1.
 */
export function normalizationOf(pixels: Uint8Array): Normalization {
  const { mean, standardDeviation } = pixelStatistics(pixels);
  const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
  return {
    mean: rounded(Number.isNaN(mean) ? 0 : mean),
    standardDeviation: rounded(standardDeviation) || 1,
  };
}
