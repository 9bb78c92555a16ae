/** Turns the image about its centre: p → R(θ) p, θ uniform. */
import { checkOptions, numberOption } from '@convnet/tensor';
import { direction } from './direction.ts';
import type { GeometricTransform } from './transform.ts';

/** Options of {@link rotate}. */
export interface RotateOptions {
  /** Farthest turn to either side, 0 … 180; default 15. */
  readonly degrees?: number;
}

/**
 * Turns the image about its centre by up to this many degrees, to the left or to the right.
 *
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * augmented(train.images, [rotate({ degrees: 15 })], { seed: 1 });
 * ```
 */
export function rotate(options: RotateOptions = {}): GeometricTransform {
  checkOptions(options, 'degrees', 'rotate');
  const { degrees = 15 } = options;
  numberOption(degrees, { least: 0, most: 180 }, 'rotate degrees');
  return {
    kind: 'geometric',
    prepare: (warp) => (random) => {
      const { sine, cosine } = direction(random.uniform(-degrees, degrees));
      warp.multiply(cosine, -sine, sine, cosine);
    },
  };
}
