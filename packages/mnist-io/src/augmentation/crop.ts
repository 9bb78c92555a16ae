/**
 * Cuts a part out of the image and enlarges it to the image's size (C. Szegedy et al., "Going Deeper with
 * Convolutions", 2015): its area is uniform between two shares of the image, and it is between R times
 * longer and R times wider than the image is, both equally likely. Sides are cut to the image's; the part
 * lies within it, anywhere.
 */
import { checkOptions, numberOption } from '@convnet/tensor';
import { drawnRatio } from './drawn-ratio.ts';
import type { GeometricTransform } from './transform.ts';

/** Options of {@link crop}. */
export interface CropOptions {
  /** Smallest share of the image, above 0 … `largest`; default 0.5. */
  readonly smallest?: number;
  /** Largest share of the image, up to 1; default 1. */
  readonly largest?: number;
  /** Most that it is stretched in one direction against the other, 1 … 100 times; default 4/3. */
  readonly aspect?: number;
}

/**
 * Shows a part of the image as if it were the whole.
 *
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * augmented(train.images, [crop({ smallest: 0.5 }), flip()], { seed: 1 });
 * ```
 */
export function crop(options: CropOptions = {}): GeometricTransform {
  checkOptions(options, 'smallest largest aspect', 'crop');
  const { smallest = 0.5, largest = 1, aspect = 4 / 3 } = options;
  numberOption(largest, { above: 0, most: 1 }, 'crop largest');
  numberOption(smallest, { above: 0, most: largest }, 'crop smallest');
  numberOption(aspect, { least: 1, most: 100 }, 'crop aspect');
  return {
    kind: 'geometric',
    prepare: (warp) => (random) => {
      const { height, width } = warp;
      const share = random.uniform(smallest, largest);
      const stretch = drawnRatio(random, aspect);
      const rows = height * Math.min(1, Math.sqrt(share * stretch));
      const columns = width * Math.min(1, Math.sqrt(share / stretch));
      // Its centre goes to the image's, and its edges to the image's.
      const [right, down] = [(width - columns) / 2, (height - rows) / 2];
      warp.move(random.uniform(-right, right), random.uniform(-down, down));
      warp.multiply(width / columns, 0, 0, height / rows);
    },
  };
}
