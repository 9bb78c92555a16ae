/** Lets the image lean, as handwriting does: (x, y) → (x − y tan θ, y), θ uniform; y is down. */
import { checkOptions, numberOption } from '@convnet/tensor';
import { direction } from './direction.ts';
import type { GeometricTransform } from './transform.ts';

/** Options of {@link shear}. */
export interface ShearOptions {
  /** Farthest that upright lines lean to either side, 0 … 80; default 10. */
  readonly degrees?: number;
}

/**
 * Lets the image lean to the left or to the right by up to this many degrees. Rows stay level.
 *
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * augmented(train.images, [shear({ degrees: 10 })], { seed: 1 });
 * ```
 */
export function shear(options: ShearOptions = {}): GeometricTransform {
  checkOptions(options, 'degrees', 'shear');
  const { degrees = 10 } = options;
  numberOption(degrees, { least: 0, most: 80 }, 'shear degrees');
  return {
    kind: 'geometric',
    prepare: (warp) => (random) => {
      const { sine, cosine } = direction(random.uniform(-degrees, degrees));
      warp.multiply(1, -sine / cosine, 0, 1);
    },
  };
}
