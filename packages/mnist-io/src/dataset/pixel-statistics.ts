/**
 * Mean and standard deviation of pixels scaled to 0 … 1, from exact sums of integers:
 *
 *     mean = Σ x / N    deviation = √(Σ x² / N − mean²)    with x = byte / 255
 *
 * Sums stay below 2⁵³ for up to 10¹¹ pixels, so the result is the same on every machine.
 */
import { asBytes, integerOption } from '@convnet/tensor';
import type { Normalization } from './image-samples.ts';

/** Of all pixels, whatever their channels. */
export interface PixelStatistics {
  readonly mean: number;
  readonly standardDeviation: number;
}

/**
 * Mean and standard deviation, 0 … 1, of pixels `[…]`, bytes from 0 to 255; both NaN
 * if there are no pixels.
 *
 * @example
 * ```ts
 * const { mean, standardDeviation } = pixelStatistics(train.images.pixels);
 * ```
 */
export function pixelStatistics(pixels: Uint8Array): PixelStatistics {
  return statisticsOf(asBytes(pixels, 'pixelStatistics'), 1)[0]!;
}

/** Those of each channel of pixels `[…, channels]`. */
function statisticsOf(bytes: Uint8Array, channels: number): PixelStatistics[] {
  // Each byte is counted, then each of 256 values multiplied once: faster than squaring pixels.
  const counts = Array.from({ length: channels }, () => new Float64Array(256));
  for (let at = 0; at < bytes.length; at += channels) {
    for (let c = 0; c < channels; c++) counts[c]![bytes[at + c]!]! += 1;
  }
  const pixelCount = bytes.length / channels;
  return counts.map((ofChannel) => {
    let sum = 0;
    let squares = 0;
    for (const [byte, count] of ofChannel.entries()) {
      sum += byte * count;
      squares += byte * byte * count;
    }
    const mean = sum / pixelCount;
    const variance = squares / pixelCount - mean * mean;
    return { mean: mean / 255, standardDeviation: Math.sqrt(Math.max(0, variance)) / 255 };
  });
}

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/**
 * The constants to normalize such pixels by, to four decimals, as they are customarily given; of several
 * channels, a list of each. Pixels that are all alike keep their distances: their deviation counts as 1.
 *
 * @param pixels - `[…, channels]`.
 */
export function normalizationOf(pixels: Uint8Array, channels = 1): Normalization {
  const bytes = asBytes(pixels, 'normalizationOf');
  integerOption(channels, { least: 1, most: 4 }, 'normalizationOf channels');
  const statistics = statisticsOf(bytes, channels);
  const means = statistics.map(({ mean }) => rounded(Number.isNaN(mean) ? 0 : mean));
  const deviations = statistics.map(({ standardDeviation }) => rounded(standardDeviation) || 1);
  return channels === 1
    ? { mean: means[0]!, standardDeviation: deviations[0]! }
    : { mean: means, standardDeviation: deviations };
}
