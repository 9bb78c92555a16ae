/**
 * Functions of expressions, as the namespace `math`. Sums, differences, products and quotients are
 * methods of expressions; the functions of these names are for a number that comes first.
 */
import {
  asExpression,
  binary,
  constant,
  selectGreater,
  unary,
  type Expression,
  type Term,
} from './expression.ts';

function sum(terms: readonly Term[]): Expression {
  const half = Math.ceil(terms.length / 2);
  return half === terms.length
    ? asExpression(terms[0]!)
    : sum(terms.slice(0, half)).plus(sum(terms.slice(half)));
}

/** Functions that make expressions, for {@link InferenceKernels.elementwise}. */
export const math = {
  /** The same number everywhere. */
  constant,
  /** a + b */
  add: (a: Term, b: Term): Expression => binary('add', a, b),
  /** a − b */
  subtract: (a: Term, b: Term): Expression => binary('subtract', a, b),
  /** a · b */
  multiply: (a: Term, b: Term): Expression => binary('multiply', a, b),
  /** a / b */
  divide: (a: Term, b: Term): Expression => binary('divide', a, b),
  /** The larger of a and b; NaN if one of them is. */
  maximum: (a: Term, b: Term): Expression => binary('maximum', a, b),
  /** The smaller of a and b; NaN if one of them is. */
  minimum: (a: Term, b: Term): Expression => binary('minimum', a, b),
  /** √x */
  sqrt: (x: Term): Expression => unary('sqrt', x),
  /** |x| */
  abs: (x: Term): Expression => unary('abs', x),
  /** eˣ */
  exp: (x: Term): Expression => unary('exp', x),
  /** Natural logarithm. */
  log: (x: Term): Expression => unary('log', x),
  /** Hyperbolic tangent. */
  tanh: (x: Term): Expression => unary('tanh', x),
  /** Error function, 2/√π · ∫₀ˣ exp(−t²) dt. */
  erf: (x: Term): Expression => unary('erf', x),
  /** x² */
  square: (x: Term): Expression => {
    const factor = asExpression(x);
    return factor.times(factor);
  },
  /** The sum of at least one term: that of the first half of them, plus that of the others. */
  sum,
  /** `then` where a > b, else `otherwise`, also where a or b is NaN. Both are computed. */
  selectGreater,
} as const;
