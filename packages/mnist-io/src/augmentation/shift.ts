/** Moves the image: p → p + t, t uniform in a square, or of its whole numbers. */
import { booleanOption, checkOptions, numberOption, type Random } from '@convnet/tensor';
import type { GeometricTransform } from './transform.ts';

/** Options of {@link shift}. */
export interface ShiftOptions {
  /** Farthest in each of the four directions, 0 … 1000; default 2. */
  readonly pixels?: number;
  /**
   * Move by whole pixels only, which keeps edges sharp; default false. By up to 4 it is the customary
   * augmentation of CIFAR: pad with 4 pixels, cut out 32 × 32.
   */
  readonly whole?: boolean;
}

/**
 * Moves the image sideways and up or down, each by up to this many pixels.
 *
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * augmented(train.images, [shift({ pixels: 2 })], { seed: 1 });
 * ```
 */
export function shift(options: ShiftOptions = {}): GeometricTransform {
  checkOptions(options, 'pixels whole', 'shift');
  const { pixels = 2, whole = false } = options;
  numberOption(pixels, { least: 0, most: 1000 }, 'shift pixels');
  booleanOption(whole, 'shift whole');
  const most = Math.floor(pixels);
  const distance = (random: Random): number =>
    whole ? random.integer(2 * most + 1) - most : random.uniform(-pixels, pixels);
  return {
    kind: 'geometric',
    prepare: (warp) => (random) => {
      warp.move(distance(random), distance(random));
    },
  };
}
