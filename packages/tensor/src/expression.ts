/**
 * Arithmetic that treats all elements alike, as a small tree: what an activation, a normalisation
 * or an optimizer does with the numbers at one place. `Kernels.elementwise` computes it for
 * every place, `channelSums` and `rowSums` add it up.
 *
 *     divide(1, add(1, exp(subtract(0, operand(0)))))        the logistic function of operand 0
 *
 * A tree says nothing about shapes; those come with the operands.
 */

/** Operations on one number; `erf` is the error function. */
export type UnaryOperation = 'sqrt' | 'abs' | 'exp' | 'log' | 'tanh' | 'erf';

/** Operations on two numbers. */
export type BinaryOperation = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum' | 'minimum';

/** A number for each place; made by the functions of this file. */
export type Expression =
  | { readonly kind: 'operand'; readonly index: number }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: UnaryOperation; readonly x: Expression }
  | { readonly kind: BinaryOperation; readonly a: Expression; readonly b: Expression }
  | {
      readonly kind: 'select';
      readonly a: Expression;
      readonly b: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    };

/** An expression, or a number that is the same everywhere. */
export type Term = Expression | number;

const asExpression = (term: Term): Expression => (typeof term === 'number' ? constant(term) : term);

const binary = (kind: BinaryOperation, a: Term, b: Term): Expression => ({
  kind,
  a: asExpression(a),
  b: asExpression(b),
});

/** The number that operand `index` has at this place; they count from 0. */
export const operand = (index: number): Expression => ({ kind: 'operand', index });

/** The same number everywhere. */
export const constant = (value: number): Expression => ({ kind: 'constant', value });

/** a + b */
export const add = (a: Term, b: Term): Expression => binary('add', a, b);
/** a − b */
export const subtract = (a: Term, b: Term): Expression => binary('subtract', a, b);
/** a · b */
export const multiply = (a: Term, b: Term): Expression => binary('multiply', a, b);
/** a / b */
export const divide = (a: Term, b: Term): Expression => binary('divide', a, b);
/** The larger of a and b; NaN if one of them is. */
export const maximum = (a: Term, b: Term): Expression => binary('maximum', a, b);
/** The smaller of a and b; NaN if one of them is. */
export const minimum = (a: Term, b: Term): Expression => binary('minimum', a, b);
/** √x */
export const sqrt = (x: Term): Expression => ({ kind: 'sqrt', x: asExpression(x) });
/** |x| */
export const abs = (x: Term): Expression => ({ kind: 'abs', x: asExpression(x) });
/** eˣ */
export const exp = (x: Term): Expression => ({ kind: 'exp', x: asExpression(x) });
/** Natural logarithm. */
export const log = (x: Term): Expression => ({ kind: 'log', x: asExpression(x) });
/** Hyperbolic tangent. */
export const tanh = (x: Term): Expression => ({ kind: 'tanh', x: asExpression(x) });
/** Error function, 2/√π · ∫₀ˣ exp(−t²) dt. */
export const erf = (x: Term): Expression => ({ kind: 'erf', x: asExpression(x) });

/** x² */
export const square = (x: Term): Expression => {
  const factor = asExpression(x);
  return multiply(factor, factor);
};

/** The sum of terms, added up in their order. At least one. */
export const sum = ([first, ...others]: readonly Term[]): Expression =>
  others.reduce<Expression>(add, asExpression(first!));

/** `then` where a > b, else `otherwise`, also where a or b is NaN. Both are computed. */
export const selectGreater = (a: Term, b: Term, then: Term, otherwise: Term): Expression => ({
  kind: 'select',
  a: asExpression(a),
  b: asExpression(b),
  then: asExpression(then),
  otherwise: asExpression(otherwise),
});

/** What an expression is made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  const { kind } = expression;
  if (kind === 'operand' || kind === 'constant') return [];
  if ('x' in expression) return [expression.x];
  const { a, b } = expression;
  return kind === 'select' ? [a, b, expression.then, expression.otherwise] : [a, b];
}

/** The largest index of an operand in an expression; −1 if there is none. */
export function largestOperand(expression: Expression): number {
  if (expression.kind === 'operand') return expression.index;
  return Math.max(-1, ...partsOf(expression).map(largestOperand));
}
