/** Moves the image: p → p + t, t uniform in a square. */
import { checkOptions, numberOption } from '@convnet/tensor';
import type { GeometricTransform } from './transform.ts';

/** Options of {@link shift}. */
export interface ShiftOptions {
  /** Farthest in each of the four directions, 0 … 1000; default 2. */
  readonly pixels?: number;
}

/**
 * Moves the image sideways and up or down, each by up to this many pixels; not only whole ones.
 *
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * augmented(train.images, [shift({ pixels: 2 })], { seed: 1 });
 * ```
 */
export function shift(options: ShiftOptions = {}): GeometricTransform {
  checkOptions(options, 'pixels', 'shift');
  const { pixels = 2 } = options;
  numberOption(pixels, { least: 0, most: 1000 }, 'shift pixels');
  return {
    kind: 'geometric',
    prepare: (warp) => (random) => {
      warp.move(random.uniform(-pixels, pixels), random.uniform(-pixels, pixels));
    },
  };
}
