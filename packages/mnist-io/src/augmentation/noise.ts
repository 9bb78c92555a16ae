/**
 * Adds noise: p → p + s z, kept within 0 … 255, with z of mean 0 and standard deviation 1 for each
 * pixel. z is the sum of four random bytes (Irwin and Hall, 1927): nearly normal, at most 3.46 in
 * size, and had from one random number of 32 bits.
 */
import { checkOptions, numberOption } from '@convnet/tensor';
import type { PixelTransform } from './transform.ts';

/** Mean and standard deviation of a sum of four bytes: 4 · 127.5, and √(4 · (2^16 − 1) / 12). */
const MEAN_OF_SUM = 510;
const DEVIATION_OF_SUM = Math.sqrt(0xffff / 3);

/** Options of {@link noise}. */
export interface NoiseOptions {
  /** Of each pixel, in 1/255 of the way from background to ink, 0 … 255; default 10. */
  readonly standardDeviation?: number;
}

/**
 * Adds noise to every pixel, as a poor camera does.
 *
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * augmented(train.images, [noise({ standardDeviation: 10 })], { seed: 1 });
 * ```
 */
export function noise(options: NoiseOptions = {}): PixelTransform {
  checkOptions(options, 'standardDeviation', 'noise');
  const { standardDeviation = 10 } = options;
  numberOption(standardDeviation, { least: 0, most: 255 }, 'noise standardDeviation');
  const scale = standardDeviation / DEVIATION_OF_SUM;
  return {
    kind: 'pixels',
    prepare:
      ({ pixels }) =>
      (random) => {
        for (let at = 0; at < pixels.length; at++) {
          const bits = random.uint32();
          const sum = (bits >>> 24) + ((bits >>> 16) & 255) + ((bits >>> 8) & 255) + (bits & 255);
          const value = pixels[at]! + (sum - MEAN_OF_SUM) * scale;
          pixels[at] = value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5;
        }
      },
  };
}
