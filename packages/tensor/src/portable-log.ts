/**
 * The natural logarithm from exact operations only (+ − × ÷ on float64), so that it has the same
 * bits in every JavaScript engine, which `Math.log` does not promise.
 */

const LN2 = 0.6931471805599453;

/**
 * Natural logarithm of a finite `x` > 0, relative error below 1e-15: x = m · 2^e with m near 1,
 * and ln m = 2 (s + s³/3 + s⁵/5 + …) with s = (m − 1) / (m + 1).
 */
export function portableLog(x: number): number {
  let mantissa = x;
  let exponent = 0;
  while (mantissa > 1.4142135623730951) {
    mantissa /= 2;
    exponent += 1;
  }
  while (mantissa < 0.7071067811865476) {
    mantissa *= 2;
    exponent -= 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let series = 0;
  for (let odd = 21; odd >= 1; odd -= 2) series = series * square + 1 / odd;
  return 2 * s * series + exponent * LN2;
}
