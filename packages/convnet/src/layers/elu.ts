/**
 * Exponential linear unit (Clevert et al. 2016): `output = input` where that is positive, else
 * `alpha · (exp(input) − 1)`, for any shape.
 */
import { math, numberOption } from '@convnet/tensor';
import { gradientOf } from './activation-gradient.ts';
import { ElementwiseActivation } from './elementwise-activation.ts';
import { layerOf } from './options.ts';

const { exp, minimum, selectGreater } = math;

/** Options of {@link elu}. */
export interface EluOptions {
  /** −alpha is what very negative inputs become; at least 0, default 1. */
  readonly alpha?: number;
  readonly name?: string;
}

/**
 * An ELU layer.
 * @throws OptionError unless `alpha` is finite and at least 0.
 * @example
 * ```ts
 * elu(); // −1 → exp(−1) − 1 = −0.632…
 * ```
 */
export function elu(options: EluOptions = {}): ElementwiseActivation {
  return layerOf(options, () => {
    const alpha = numberOption(options.alpha ?? 1, { least: 0 }, 'elu alpha');
    return new ElementwiseActivation(
      {
        type: 'elu',
        // Where x is positive, its exponential is not needed, and may overflow: it is limited.
        value: (x) => selectGreater(x, 0, x, exp(minimum(x, 0)).minus(1).times(alpha)),
        gradient: gradientOf(({ dOutput, x }) =>
          dOutput.times(selectGreater(x, 0, 1, exp(minimum(x, 0)).times(alpha))),
        ),
        kinks: [0],
        options: { alpha },
      },
      options.name,
    );
  });
}
