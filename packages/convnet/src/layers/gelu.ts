/**
 * Gaussian error linear unit (Hendrycks and Gimpel 2016): each input times the share of a standard
 * normal distribution that lies below it, for any shape.
 *
 *     output = x · Φ(x),  Φ(x) = ½ (1 + erf(x / √2))                       slope Φ(x) + x · φ(x)
 *     approximate: ½ x (1 + tanh(u)),  u = √(2/π) · (x + 0.044715 x³)
 */
import { booleanOption, math, type Expression } from '@convnet/tensor';
import { gradientOf } from './activation-gradient.ts';
import { ElementwiseActivation } from './elementwise-activation.ts';
import { layerOf } from './options.ts';

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** Compute the approximation by tanh; default false. */
  readonly approximate?: boolean;
  readonly name?: string;
}

const { abs, add, erf, exp, minimum, multiply, square, subtract, tanh } = math;

/** Φ(x). */
const shareBelow = (x: Expression): Expression =>
  add(0.5, multiply(0.5, erf(x.times(Math.SQRT1_2))));

/** φ(x), the density of the standard normal distribution. */
const density = (x: Expression): Expression =>
  exp(square(x).times(-0.5)).times(1 / Math.sqrt(2 * Math.PI));

const CUBIC = 0.044715;
const FACTOR = Math.sqrt(2 / Math.PI);

const tanhOfU = (x: Expression): Expression =>
  tanh(x.times(FACTOR).times(add(1, square(x).times(CUBIC))));

/** ½ (1 + tanh(u)), about Φ(x). */
const aboutShareBelow = (x: Expression): Expression => add(0.5, multiply(0.5, tanhOfU(x)));

/** d/dx ½ (1 + tanh(u)) = ½ (1 − tanh²(u)) · du/dx; where x² might be ∞, the first factor is 0. */
const aboutDensity = (x: Expression): Expression =>
  subtract(0.5, multiply(0.5, square(tanhOfU(x)))).times(
    add(FACTOR, square(minimum(abs(x), 100)).times(3 * CUBIC * FACTOR)),
  );

/**
 * A GELU layer.
 * @throws OptionError if `approximate` is not a boolean.
 * @example
 * ```ts
 * gelu(); // 1 → 0.8413…
 * ```
 */
export function gelu(options: GeluOptions = {}): ElementwiseActivation {
  return layerOf(options, () => {
    const approximate = booleanOption(options.approximate ?? false, 'gelu approximate');
    const [share, slope] = approximate ? [aboutShareBelow, aboutDensity] : [shareBelow, density];
    return new ElementwiseActivation(
      {
        type: 'gelu',
        value: (x) => x.times(share(x)),
        gradient: gradientOf(({ dOutput, x }) => dOutput.times(share(x).plus(x.times(slope(x))))),
        options: { approximate },
      },
      options.name,
    );
  });
}
