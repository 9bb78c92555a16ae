/**
 * Exponential linear unit (Clevert et al. 2016): `output = input` where that is positive, else
 * `alpha · (exp(input) − 1)`, for any shape.
 */
import { math } from '@convnet/tensor';
import { ElementwiseActivation } from './elementwise-activation.ts';
import { numberOption } from './options.ts';

/** Options of {@link elu}. */
export interface EluOptions {
  /** −alpha is what very negative inputs become; at least 0, default 1. */
  readonly alpha?: number;
  readonly name?: string;
}

/**
 * An ELU layer.
 * @throws LayerOptionError unless `alpha` is finite and at least 0.
 * @example
 * ```ts
 * elu(); // −1 → exp(−1) − 1 = −0.632…
 * ```
 */
export function elu(options: EluOptions = {}): ElementwiseActivation {
  const alpha = numberOption(options.alpha ?? 1, { least: 0 }, 'elu alpha');
  const [x, at] = [math.operand(0), math.operand(1)];
  // Where the input is positive, its exponential is not needed, and may overflow: it is limited.
  const below = math.subtract(math.exp(math.minimum(x, 0)), 1);
  return new ElementwiseActivation(
    {
      type: 'elu',
      value: math.selectGreater(x, 0, x, math.multiply(below, alpha)),
      slope: math.selectGreater(at, 0, 1, math.add(at, alpha)),
      slopeOf: 'output',
      hasKink: true,
      options: { alpha },
    },
    options.name,
  );
}
