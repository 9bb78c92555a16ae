/**
 * Exponential and logarithm, four at a time, in float32. They are made of additions and
 * multiplications alone, so that they give the same bits in every engine; `Math.exp` does not.
 *
 * Polynomials: Cephes Mathematical Library (Moshier 1989), `expf` and `logf`.
 */
import type { Code, Local } from './code.ts';
import { keep } from './elementwise.ts';

/** Beyond these exp leaves the range of normal float32 numbers. */
const SMALLEST = -87.3;
const LARGEST = 88;

const EXPONENT_BIAS = 127;
const MANTISSA_BITS = 23;

/** ln 2 in two parts, of which the first has few bits, so that its multiples are exact. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.1219444e-4;

const EXP = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1,
  5.0000001201e-1,
];
const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1,
  -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
];

/** `((c₀ x + c₁) x + c₂) x + …`, left in a local. */
function polynomial(code: Code, x: Local, [first, ...rest]: readonly number[]): Local {
  const sum = keep(code, () => code.splat(first!));
  for (const coefficient of rest) {
    code.get(sum).get(x).op('f32x4Mul').splat(coefficient).op('f32x4Add').set(sum);
  }
  return sum;
}

/**
 * `exp(x)` for −87.3 ≤ x ≤ 88, beyond which x is taken to be the limit; a NaN stays one.
 * Relative error at most 2e-7.
 */
export function emitExp(code: Code, x: Local): Local {
  const limited = keep(code, () => {
    code.get(x).splat(SMALLEST).op('f32x4Max').splat(LARGEST).op('f32x4Min');
  });
  // x = n · ln 2 + rest, so that exp(x) = 2ⁿ · exp(rest).
  const n = keep(code, () => code.get(limited).splat(Math.LOG2E).op('f32x4Mul', 'f32x4Nearest'));
  const rest = keep(code, () => {
    code.get(limited).get(n).splat(LN2_HIGH).op('f32x4Mul', 'f32x4Sub');
    code.get(n).splat(LN2_LOW).op('f32x4Mul', 'f32x4Sub');
  });
  const series = polynomial(code, rest, EXP);
  return keep(code, () => {
    code.get(series).get(rest).op('f32x4Mul').get(rest).op('f32x4Mul').get(rest).op('f32x4Add');
    code.splat(1).op('f32x4Add');
    code.get(n).op('i32x4TruncSatF32x4S').i32(EXPONENT_BIAS).op('i32x4Splat', 'i32x4Add');
    code.i32(MANTISSA_BITS).op('i32x4Shl', 'f32x4Mul');
  });
}

/** `ln(x)` for normal numbers x > 0. Error at most 2e-7, or 2e-7 of the result if that is more. */
export function emitLog(code: Code, x: Local): Local {
  // x = 2ⁿ · m with √½ ≤ m < √2, so that ln(x) = n · ln 2 + ln(m).
  const ROOT_HALF_BITS = 0x3f3504f3;
  const shifted = keep(code, () => code.get(x).i32(ROOT_HALF_BITS).op('i32x4Splat', 'i32x4Sub'));
  const n = keep(code, () => {
    code.get(shifted).i32(MANTISSA_BITS).op('i32x4ShrS', 'f32x4ConvertI32x4S');
  });
  const m = keep(code, () => {
    code
      .get(shifted)
      .i32((1 << MANTISSA_BITS) - 1)
      .op('i32x4Splat', 'v128And');
    code.i32(ROOT_HALF_BITS).op('i32x4Splat', 'i32x4Add').splat(1).op('f32x4Sub');
  });
  const series = polynomial(code, m, LOG);
  const square = keep(code, () => code.get(m).get(m).op('f32x4Mul'));
  return keep(code, () => {
    code.get(series).get(m).op('f32x4Mul').get(square).op('f32x4Mul');
    code.get(n).splat(LN2_LOW).op('f32x4Mul', 'f32x4Add');
    code.get(square).splat(0.5).op('f32x4Mul', 'f32x4Sub');
    code.get(m).op('f32x4Add').get(n).splat(LN2_HIGH).op('f32x4Mul', 'f32x4Add');
  });
}
