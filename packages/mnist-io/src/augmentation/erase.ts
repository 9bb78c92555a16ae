/**
 * Random erasing (Z. Zhong et al., "Random Erasing Data Augmentation", 2017): with probability p, a
 * rectangle of area A and height ÷ width r is wiped out; A is uniform between two shares of the
 * image, and r between 1 / R and R, both equally likely to be above and below 1. Where the paper
 * draws until the rectangle lies within the image, here its sides are cut to the image's.
 */
import { checkOptions, numberOption } from '@convnet/tensor';
import { drawnRatio } from './drawn-ratio.ts';
import type { PixelTransform } from './transform.ts';

/** Options of {@link erase}. */
export interface EraseOptions {
  /** How often an image is changed at all, 0 … 1; default 0.5, as in the paper. */
  readonly probability?: number;
  /** Smallest share of the image, 0 … `largest`; default 0.02. */
  readonly smallest?: number;
  /** Largest share of the image, up to 1; default 0.1. The paper's 0.4 leaves little of a digit. */
  readonly largest?: number;
  /** Most times longer than wide, or wider than long, 1 … 100; default 3.3. */
  readonly aspect?: number;
  /** Filling of the rectangle: background (default), or random bytes as in the paper. */
  readonly fill?: 'background' | 'random';
}

/**
 * Wipes out a rectangle of some images.
 *
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * augmented(train.images, [erase({ probability: 0.5, largest: 0.1 })], { seed: 1 });
 * ```
 */
export function erase(options: EraseOptions = {}): PixelTransform {
  checkOptions(options, 'probability smallest largest aspect fill', 'erase');
  const { probability = 0.5, smallest = 0.02, largest = 0.1, aspect = 3.3 } = options;
  const { fill = 'background' } = options;
  numberOption(probability, { least: 0, most: 1 }, 'erase probability');
  numberOption(largest, { least: 0, most: 1 }, 'erase largest');
  numberOption(smallest, { least: 0, most: largest }, 'erase smallest');
  numberOption(aspect, { least: 1, most: 100 }, 'erase aspect');
  return {
    kind: 'pixels',
    prepare:
      ({ height, width, channels, pixels }) =>
      (random) => {
        if (random.uniform() >= probability) return;
        const area = random.uniform(smallest, largest) * height * width;
        const ratio = drawnRatio(random, aspect);
        const rows = Math.min(height, Math.round(Math.sqrt(area * ratio)));
        const columns = Math.min(width, Math.round(Math.sqrt(area / ratio)));
        const top = random.integer(height - rows + 1);
        const left = random.integer(width - columns + 1);
        for (let row = top; row < top + rows; row++) {
          const start = (row * width + left) * channels;
          for (let at = start; at < start + columns * channels; at++) {
            pixels[at] = fill === 'background' ? 0 : random.uint32() >>> 24;
          }
        }
      },
  };
}
