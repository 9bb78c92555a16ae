/**
 * The exponential, four at a time, in float32. It is made of additions and multiplications alone, so
 * that it gives the same bits in every engine; `Math.exp` does not.
 *
 * Polynomial: Cephes Mathematical Library (Moshier 1989), `expf`.
 */
import type { Code, Local } from './code.ts';

/** Beyond these the float32 value of exp is 0 or ∞. */
const SMALLEST = -104;
const LARGEST = 89;

const EXPONENT_BIAS = 127;
/** Bits of a float32 that follow its exponent. */
export const MANTISSA_BITS = 23;
/** Of this size float32 numbers are whole; half of them lie below it, half above. */
const WITHOUT_FRACTION = 1.5 * 2 ** MANTISSA_BITS;

/** ln 2 in two parts, of which the first has few bits, so that its multiples are exact. */
export const LN2_HIGH = 0.693359375;
/** The rest of it. */
export const LN2_LOW = -2.1219444e-4;

const EXP = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1,
  5.0000001201e-1,
];

/** `((c₀ x + c₁) x + c₂) x + …`, left in a local. */
export function polynomial(code: Code, x: Local, [first, ...rest]: readonly number[]): Local {
  const sum = code.keep(() => code.splat(first!));
  for (const coefficient of rest) {
    code.get(sum).get(x).op('f32x4Mul').splat(coefficient).op('f32x4Add').set(sum);
  }
  return sum;
}

/** Multiplies the vector on the stack by 2 to the power of the integers that `power` leaves there. */
function emitTimesPowerOfTwo(code: Code, power: () => void): void {
  power();
  code.i32(EXPONENT_BIAS).op('i32x4Splat', 'i32x4Add');
  code.i32(MANTISSA_BITS).op('i32x4Shl', 'f32x4Mul');
}

/**
 * `exp(x)` for any x: 0 and ∞ where float32 has no other number for it; a NaN stays one.
 * Relative error at most 2e-7 where the result is a normal number.
 */
export function emitExp(code: Code, x: Local): Local {
  // Instructions that leave a NaN in x as it is, and are one instruction of most machines.
  const limited = code.keep(() => {
    code.get(x).splat(SMALLEST).op('f32x4Pmax').splat(LARGEST).op('f32x4Pmin');
  });
  // x = n · ln 2 + rest, so that exp(x) = 2ⁿ · exp(rest). The sum has no room for a fraction, so
  // that it is rounded to a whole number, and n stands in its lowest bits.
  const sum = code.keep(() => {
    code.get(limited).splat(Math.LOG2E).op('f32x4Mul').splat(WITHOUT_FRACTION).op('f32x4Add');
  });
  const whole = code.keep(() => code.get(sum).splat(WITHOUT_FRACTION).op('f32x4Sub'));
  const rest = code.keep(() => {
    code.get(limited).get(whole).splat(LN2_HIGH).op('f32x4Mul', 'f32x4Sub');
    code.get(whole).splat(LN2_LOW).op('f32x4Mul', 'f32x4Sub');
  });
  const series = polynomial(code, rest, EXP);
  const n = code.keep(() => {
    code.get(sum).splat(WITHOUT_FRACTION).op('i32x4Sub');
  });
  return code.keep(() => {
    code.get(series).get(rest).op('f32x4Mul').get(rest).op('f32x4Mul').get(rest).op('f32x4Add');
    code.splat(1).op('f32x4Add');
    // In two halves, since 2ⁿ itself may lie beyond the normal numbers.
    emitTimesPowerOfTwo(code, () => code.get(n).i32(1).op('i32x4ShrS'));
    emitTimesPowerOfTwo(code, () => code.get(n).get(n).i32(1).op('i32x4ShrS', 'i32x4Sub'));
  });
}
