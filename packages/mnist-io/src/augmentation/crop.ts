/**
 * Cuts a part out of the image and enlarges it to the image's size (C. Szegedy et al., "Going Deeper with
 * Convolutions", 2015): its area A is uniform between two shares of the image; its height ÷ width r is between
 * 1 / R and R, both equally likely to be above and below 1. Sides are cut to the image's; the part lies
 * within it, anywhere.
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
  /** Most times longer than wide, or wider than long, 1 … 100; default 4/3. */
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
      const area = random.uniform(smallest, largest) * height * width;
      const ratio = drawnRatio(random, aspect);
      const rows = Math.min(height, Math.sqrt(area * ratio));
      const columns = Math.min(width, Math.sqrt(area / ratio));
      // Its centre goes to the image's, and its edges to the image's.
      const [right, down] = [(width - columns) / 2, (height - rows) / 2];
      warp.move(random.uniform(-right, right), random.uniform(-down, down));
      warp.multiply(width / columns, 0, 0, height / rows);
    },
  };
}
