/** Mirrors the image: (x, y) → (−x, y), or (x, −y). */
import { checkOptions, numberOption } from '@convnet/tensor';
import type { GeometricTransform } from './transform.ts';

/** Options of {@link flip}; both 0 … 1. */
export interface FlipOptions {
  /** How often left and right change places; default 0.5. */
  readonly horizontal?: number;
  /** How often top and bottom do; default 0. */
  readonly vertical?: number;
}

/**
 * Mirrors some images. It suits pictures of things that have no left and right; digits and letters have.
 *
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * augmented(train.images, [flip()], { seed: 1 });
 * ```
 */
export function flip(options: FlipOptions = {}): GeometricTransform {
  checkOptions(options, 'horizontal vertical', 'flip');
  const { horizontal = 0.5, vertical = 0 } = options;
  numberOption(horizontal, { least: 0, most: 1 }, 'flip horizontal');
  numberOption(vertical, { least: 0, most: 1 }, 'flip vertical');
  return {
    kind: 'geometric',
    prepare: (warp) => (random) => {
      const x = random.uniform() < horizontal ? -1 : 1;
      const y = random.uniform() < vertical ? -1 : 1;
      warp.multiply(x, 0, 0, y);
    },
  };
}
