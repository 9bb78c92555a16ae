/**
 * The error function in float64, which JavaScript lacks: the series of positive terms
 *
 *     erf(x) = 2/√π · exp(−x²) · Σ_n  2ⁿ x²ⁿ⁺¹ / (1 · 3 · 5 ⋯ (2n + 1))
 *
 * (Abramowitz and Stegun 7.1.6). Error below 1e-15, since nothing cancels.
 */

/** Beyond this, erf is ±1 in float64. */
const LARGEST = 6;

/** Error function of `x`; ±1 at ±∞, NaN at NaN. */
export function erf(x: number): number {
  if (Math.abs(x) >= LARGEST) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
