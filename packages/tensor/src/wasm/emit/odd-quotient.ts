/**
 * tanh and erf, four at a time: `x · P(x²) / Q(x²)`, in float64 and rounded once, so that little more
 * than the rounding is wrong. In float32 the steps alone would be off by several units of the last
 * place, which differences such as 1 − tanh² or 1 + erf multiply.
 */
import type { Code, Local } from './code.ts';

/** A function that is ±1 from ±`limit` on. Coefficients from the highest power on. */
export interface OddQuotient {
  readonly limit: number;
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

/*
 * Fitted to the functions up to the limit by least squares, weighted until the largest relative
 * error was smallest (Lawson's algorithm): 2e-9 in each, where half a unit of the last place of a
 * float32 is 3e-8 to 6e-8 of a number.
 */
export const TANH: OddQuotient = {
  limit: 9.25,
  numerator: [
    -1.172077965e-11, 2.992774854e-8, 2.773250267e-5, 0.003854665191, 0.1366900466, 0.9999999983,
  ],
  denominator: [1.268203587e-6, 0.0003914565689, 0.02719581266, 0.4700233634, 1],
};
export const ERF: OddQuotient = {
  limit: 4,
  numerator: [
    -1.320215567e-8, 4.684761731e-6, 0.0003796084143, 0.003849615281, 0.05431691634, 0.1852033457,
    1.128379169,
  ],
  denominator: [6.311043318e-5, 0.001307570053, 0.01546209554, 0.1139584572, 0.4974656054, 1],
};

/** Error at most 0.54 units of the last place; a NaN stays one. */
export function emitOddQuotient(code: Code, x: Local, spec: OddQuotient): Local {
  const { limit, numerator, denominator } = spec;
  const inside = code.keep(() => {
    code.get(x).splat(-limit).op('f32x4Pmax').splat(limit).op('f32x4Pmin');
  });
  /** Of the two numbers from `lane` on; they become the first two. */
  const half = (lane: 0 | 2): Local => {
    const wide = code.keep(() => {
      code
        .get(inside)
        .get(inside)
        .shuffle([lane, lane + 1, 0, 0])
        .op('f64x2Promote');
    });
    const square = code.keep(() => code.get(wide).get(wide).op('f64x2Mul'));
    const polynomial = ([first, ...rest]: readonly number[]): void => {
      code.splat64(first!);
      for (const coefficient of rest) {
        code.get(square).op('f64x2Mul').splat64(coefficient).op('f64x2Add');
      }
    };
    return code.keep(() => {
      code.get(wide);
      polynomial(numerator);
      code.op('f64x2Mul');
      polynomial(denominator);
      code.op('f64x2Div', 'f32x4Demote');
    });
  };
  const [low, high] = [half(0), half(2)];
  return code.keep(() => code.get(low).get(high).shuffle([0, 1, 4, 5]));
}
