/**
 * Elastic distortion (P. Simard, D. Steinkraus and J. Platt, "Best practices for convolutional
 * neural networks applied to visual document analysis", 2003): pixels are displaced by two random
 * fields, uniform in −1 … 1, smoothed by a Gaussian of width σ and multiplied by α:
 *
 *     d = α (G_σ ∗ n),   G_σ(r) = exp(−r² / 2σ²) / 2πσ²
 *
 * Each displacement then is nearly normal with standard deviation α / (√(12π) σ), and that of
 * pixels r apart correlates by exp(−r² / 4σ²). {@link SmoothField} makes such fields.
 */
import { checkOptions, numberOption } from '@convnet/tensor';
import { SmoothField } from './smooth-field.ts';
import type { GeometricTransform } from './transform.ts';

/** Options of {@link elastic}. */
export interface ElasticOptions {
  /** Strength, 0 … 1000: displacements have standard deviation 0.163 α / σ pixels. Default 34. */
  readonly alpha?: number;
  /** Width of the Gaussian in pixels, 1 … 100; the larger, the smoother. Default 4. */
  readonly sigma?: number;
}

/**
 * Distorts the image as if it were drawn on rubber. The defaults are those of the paper.
 *
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * augmented(train.images, [elastic({ alpha: 34, sigma: 4 })], { seed: 1 });
 * ```
 */
export function elastic(options: ElasticOptions = {}): GeometricTransform {
  checkOptions(options, 'alpha sigma', 'elastic');
  const { alpha = 34, sigma = 4 } = options;
  numberOption(alpha, { least: 0, most: 1000 }, 'elastic alpha');
  numberOption(sigma, { least: 1, most: 100 }, 'elastic sigma');
  return {
    kind: 'geometric',
    prepare(warp) {
      const field = new SmoothField(warp.height, warp.width, sigma);
      return (random) => {
        field.draw(random);
        field.addTo(0, alpha, warp.displacementX);
        field.addTo(1, alpha, warp.displacementY);
      };
    },
  };
}
