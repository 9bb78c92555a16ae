/**
 * The natural logarithm, four at a time, in float32, of additions and multiplications alone, as the
 * exponential is.
 *
 * Polynomial: Cephes Mathematical Library (Moshier 1989), `logf`.
 */
import type { Code, Local } from './code.ts';
import { LN2_HIGH, LN2_LOW, MANTISSA_BITS, polynomial } from './exponential.ts';

const SMALLEST_NORMAL = 2 ** -126;
/** Makes every number above 0 a normal one. */
const FROM_TINY = 24;

const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1,
  -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
];

/**
 * `ln(x)` for any x: −∞ for 0, ∞ for ∞, NaN for others that have none. Error at most 2e-7, or 2e-7 of
 * the result if that is more.
 */
export function emitLog(code: Code, x: Local): Local {
  const isTiny = code.keep(() => code.splat(SMALLEST_NORMAL).get(x).op('f32x4Gt'));
  // x = 2ⁿ · m with √½ ≤ m < √2, so that ln(x) = n · ln 2 + ln(m).
  const ROOT_HALF_BITS = 0x3f3504f3;
  const shifted = code.keep(() => {
    code
      .get(x)
      .splat(2 ** FROM_TINY)
      .op('f32x4Mul')
      .get(x)
      .get(isTiny)
      .op('v128Bitselect');
    code.i32(ROOT_HALF_BITS).op('i32x4Splat', 'i32x4Sub');
  });
  const n = code.keep(() => {
    code.get(shifted).i32(MANTISSA_BITS).op('i32x4ShrS', 'f32x4ConvertI32x4S');
    code.splat(FROM_TINY).get(isTiny).op('v128And', 'f32x4Sub');
  });
  const m = code.keep(() => {
    code
      .get(shifted)
      .i32((1 << MANTISSA_BITS) - 1)
      .op('i32x4Splat', 'v128And');
    code.i32(ROOT_HALF_BITS).op('i32x4Splat', 'i32x4Add').splat(1).op('f32x4Sub');
  });
  const series = polynomial(code, m, LOG);
  const square = code.keep(() => code.get(m).get(m).op('f32x4Mul'));
  return code.keep(() => {
    // ∞ stays; of what is not above 0, there are no others than 0 that have a logarithm.
    code.get(x);
    code.get(series).get(m).op('f32x4Mul').get(square).op('f32x4Mul');
    code.get(n).splat(LN2_LOW).op('f32x4Mul', 'f32x4Add');
    code.get(square).splat(0.5).op('f32x4Mul', 'f32x4Sub');
    code.get(m).op('f32x4Add').get(n).splat(LN2_HIGH).op('f32x4Mul', 'f32x4Add');
    code.get(x).splat(Infinity).op('f32x4Eq', 'v128Bitselect');
    code.splat(-Infinity).splat(NaN).get(x).splat(0).op('f32x4Eq', 'v128Bitselect');
    code.get(x).splat(0).op('f32x4Gt', 'v128Bitselect');
  });
}
