/**
 * Random numbers of the beta distribution on 0 … 1, the same in every JavaScript engine:
 *
 *     λ = X / (X + Y) = 1 / (1 + exp(ln Y − ln X)),   X ~ Gamma(α), Y ~ Gamma(β)
 *
 * Gamma by G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", 2000. In
 * logarithms, since for a small α both X and Y are too small for a float64.
 */
import { OptionError } from './errors.ts';
import { numberOption, shown } from './options.ts';
import { portableExp } from './portable-exp.ts';
import { portableLog } from './portable-log.ts';
import type { Random } from './random.ts';

/** Smaller ones are 0 or 1 but for rounding; the logarithms of larger ones cancel. */
const LIMITS = { least: 1e-3, most: 1e6 };

/**
 * A float64 in 0 … 1 of the distribution Beta(α, β), with the mean α / (α + β).
 *
 * @param random - the stream that it is drawn from.
 * @param alpha - and `beta`: from 0.001 to 1,000,000; below 1, most numbers are near 0 and 1.
 * @throws OptionError if `random` is no stream, or they are out of range.
 * @example
 * ```ts
 * drawBeta(new RandomStreams(1).stream('mix'), 0.2, 0.2);
 * ```
 */
export function drawBeta(random: Random, alpha: number, beta: number): number {
  if (typeof (random as Partial<Random> | undefined)?.normal !== 'function') {
    throw new OptionError(
      `drawBeta: expected a stream of random numbers; received ${shown(random)}. RandomStreams has some.`,
    );
  }
  numberOption(alpha, LIMITS, 'drawBeta alpha');
  numberOption(beta, LIMITS, 'drawBeta beta');
  const x = logOfGamma(random, alpha);
  const y = logOfGamma(random, beta);
  return 1 / (1 + portableExp(y - x));
}

/** The logarithm of a number of the distribution Gamma(α). */
function logOfGamma(random: Random, alpha: number): number {
  // Gamma(α) = Gamma(α + 1) · U^(1/α); U is above 0.
  if (alpha < 1) {
    return logOfGamma(random, alpha + 1) + portableLog(1 - random.uniform()) / alpha;
  }
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = random.normal();
    const root = 1 + c * normal;
    if (root <= 0) continue;
    const v = root * root * root;
    const logOfV = portableLog(v);
    const most = (normal * normal) / 2 + d * (1 - v + logOfV);
    if (portableLog(1 - random.uniform()) < most) return portableLog(d) + logOfV;
  }
}
