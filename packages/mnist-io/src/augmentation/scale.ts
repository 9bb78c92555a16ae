/**
 * Makes the image larger or smaller about its centre, and narrower or wider: (x, y) → (f √a x,
 * f y / √a). A factor and its inverse are equally likely: with u uniform in −(F − 1) … F − 1,
 * f = 1 + u or, for u < 0, 1 / (1 − u); a likewise.
 */
import { checkOptions, numberOption, type Random } from '@convnet/tensor';
import type { GeometricTransform } from './transform.ts';

/** Options of {@link scale}. */
export interface ScaleOptions {
  /** Largest enlargement, 1 … 10; the smallest is its inverse. Default 1.15. */
  readonly factor?: number;
  /** Largest change of width ÷ height, 1 … 10; the smallest is its inverse. Default 1: none. */
  readonly aspect?: number;
}

/**
 * Makes the image larger or smaller, by up to this many times.
 *
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * augmented(train.images, [scale({ factor: 1.15, aspect: 1.2 })], { seed: 1 });
 * ```
 */
export function scale(options: ScaleOptions = {}): GeometricTransform {
  checkOptions(options, 'factor aspect', 'scale');
  const { factor = 1.15, aspect = 1 } = options;
  numberOption(factor, { least: 1, most: 10 }, 'scale factor');
  numberOption(aspect, { least: 1, most: 10 }, 'scale aspect');
  return {
    kind: 'geometric',
    prepare: (warp) => (random) => {
      const size = upTo(factor, random);
      const stretch = Math.sqrt(upTo(aspect, random));
      warp.multiply(size * stretch, 0, 0, size / stretch);
    },
  };
}

/** A factor from 1 / most to most. */
function upTo(most: number, random: Random): number {
  const change = random.uniform(1 - most, most - 1);
  return change >= 0 ? 1 + change : 1 / (1 - change);
}
