/**
 * The exponential function from exact operations only (+ − × ÷ and rounding on float64), so that it has the
 * same bits in every JavaScript engine, which `Math.exp` does not promise.
 */

/** ln 2 in two parts; the first has so few bits that its product with an exponent is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** Beyond them, e^x is infinite, and 0. */
const LARGEST = 709.782712893384;
const SMALLEST = -745.2;

/**
 * e^x, relative error below 1e-15 for normal numbers: x = k · ln 2 + r with |r| ≤ ln 2 / 2, and
 * e^r = 1 + r + r²/2! + r³/3! + …
 */
export function portableExp(x: number): number {
  if (x > LARGEST) return Infinity;
  if (x < SMALLEST) return 0;
  const exponent = Math.round(x / Math.LN2);
  const r = x - exponent * LN2_HIGH - exponent * LN2_LOW;
  let series = 1;
  for (let n = 14; n >= 1; n--) series = 1 + (series * r) / n;
  const factor = exponent < 0 ? 0.5 : 2;
  for (let k = Math.abs(exponent); k > 0; k--) series *= factor;
  return series;
}
