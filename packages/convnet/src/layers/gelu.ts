/**
 * Gaussian error linear unit (Hendrycks and Gimpel 2016): each input times the share of a standard
 * normal distribution that lies below it, for any shape.
 *
 *     output = x · Φ(x),  Φ(x) = ½ (1 + erf(x / √2))                       slope Φ(x) + x · φ(x)
 *     approximate: ½ x (1 + tanh(u)),  u = √(2/π) · (x + 0.044715 x³)
 */
import { booleanOption, math, type Expression } from '@convnet/tensor';
import { ElementwiseActivation } from './elementwise-activation.ts';
import { layerOf } from './options.ts';

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** Compute the approximation by tanh; default false. */
  readonly approximate?: boolean;
  readonly name?: string;
}

const { add, erf, exp, multiply, square, subtract, tanh } = math;

/** Φ(x). */
const shareBelow = (x: Expression): Expression =>
  add(0.5, multiply(0.5, erf(x.times(Math.SQRT1_2))));

/** φ(x), the density of the standard normal distribution. */
const density = (x: Expression): Expression =>
  exp(square(x).times(-0.5)).times(1 / Math.sqrt(2 * Math.PI));

const CUBIC = 0.044715;
const FACTOR = Math.sqrt(2 / Math.PI);

/** ½ (1 + tanh(u)), about Φ(x). */
const aboutShareBelow = (x: Expression): Expression => {
  const u = x.times(FACTOR).times(add(1, square(x).times(CUBIC)));
  return add(0.5, multiply(0.5, tanh(u)));
};

/** d/dx ½ (1 + tanh(u)) = 2 s (1 − s) · du/dx, with s = ½ (1 + tanh(u)). */
const aboutDensity = (x: Expression): Expression => {
  const s = aboutShareBelow(x);
  const du = add(FACTOR, square(x).times(3 * CUBIC * FACTOR));
  return multiply(2, s).times(subtract(1, s)).times(du);
};

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
        gradient: ({ dOutput, x }) => dOutput.times(share(x).plus(x.times(slope(x)))),
        options: { approximate },
      },
      options.name,
    );
  });
}
