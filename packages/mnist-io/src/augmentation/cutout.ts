/**
 * Cutout (T. DeVries and G. Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout",
 * 2017): a square about a random pixel becomes background. The pixel is any of the image, so that part
 * of the square may lie beyond its edge.
 */
import { checkOptions, integerOption, numberOption } from '@convnet/tensor';
import type { PixelTransform } from './transform.ts';

/** Options of {@link cutout}. */
export interface CutoutOptions {
  /** Length of the square's sides in pixels, a whole number from 1; default 8. The paper's 16 suits 32 × 32. */
  readonly size?: number;
  /** How often an image is changed at all, 0 … 1; default 1, as in the paper. */
  readonly probability?: number;
}

/**
 * Cuts a square out of the image.
 *
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * augmented(train.images, [flip(), cutout({ size: 16 })], { seed: 1 });
 * ```
 */
export function cutout(options: CutoutOptions = {}): PixelTransform {
  checkOptions(options, 'size probability', 'cutout');
  const { size = 8, probability = 1 } = options;
  integerOption(size, { least: 1 }, 'cutout size');
  numberOption(probability, { least: 0, most: 1 }, 'cutout probability');
  return {
    kind: 'pixels',
    prepare:
      ({ height, width, channels, pixels }) =>
      (random) => {
        if (random.uniform() >= probability) return;
        const top = random.integer(height) - (size >> 1);
        const left = random.integer(width) - (size >> 1);
        const [first, end] = [Math.max(0, left), Math.min(width, left + size)];
        for (let row = Math.max(0, top); row < Math.min(height, top + size); row++) {
          const start = row * width;
          pixels.fill(0, (start + first) * channels, (start + end) * channels);
        }
      },
  };
}
