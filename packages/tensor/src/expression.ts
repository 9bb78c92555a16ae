/**
 * Arithmetic that treats all elements alike, as a small tree: what an activation, a normalisation
 * or an optimizer does with the numbers at one place. `Kernels.elementwise` computes it for
 * every place, `channelSums` and `rowSums` add it up.
 *
 *     x.minus(mean).times(factor).plus(beta)       a normalisation
 *     divide(1, add(1, exp(subtract(0, x))))       the logistic function; a number may come first
 *
 * A tree says nothing about shapes; those come with the operands.
 */

/** Operations on one number; `erf` is the error function. */
export type UnaryOperation = 'sqrt' | 'abs' | 'exp' | 'log' | 'tanh' | 'erf';

/** Operations on two numbers. */
export type BinaryOperation = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum' | 'minimum';

/** What an expression is: an operand, a number, or an operation on others. */
type Tree =
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

/** Arithmetic of an expression with another, or with a number. */
export interface Arithmetic {
  /** This + b */
  plus(b: Term): Expression;
  /** This − b */
  minus(b: Term): Expression;
  /** This · b */
  times(b: Term): Expression;
  /** This / b */
  over(b: Term): Expression;
}

/** A number for each place; made of operands, by its methods and by the functions of `math`. */
export type Expression = Tree & Arithmetic;

/** An expression, or a number that is the same everywhere. */
export type Term = Expression | number;

const arithmetic: Arithmetic & ThisType<Expression> = {
  plus(b) {
    return add(this, b);
  },
  minus(b) {
    return subtract(this, b);
  },
  times(b) {
    return multiply(this, b);
  },
  over(b) {
    return divide(this, b);
  },
};

const expression = (tree: Tree): Expression =>
  Object.assign(Object.create(arithmetic) as Arithmetic, tree);

const asExpression = (term: Term): Expression => (typeof term === 'number' ? constant(term) : term);

const unary = (kind: UnaryOperation, x: Term): Expression =>
  expression({ kind, x: asExpression(x) });

const binary = (kind: BinaryOperation, a: Term, b: Term): Expression =>
  expression({ kind, a: asExpression(a), b: asExpression(b) });

/** The number that operand `index` has at this place; they count from 0. */
export const operand = (index: number): Expression => expression({ kind: 'operand', index });

/** The same number everywhere. */
export const constant = (value: number): Expression => expression({ kind: 'constant', value });

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
export const sqrt = (x: Term): Expression => unary('sqrt', x);
/** |x| */
export const abs = (x: Term): Expression => unary('abs', x);
/** eˣ */
export const exp = (x: Term): Expression => unary('exp', x);
/** Natural logarithm. */
export const log = (x: Term): Expression => unary('log', x);
/** Hyperbolic tangent. */
export const tanh = (x: Term): Expression => unary('tanh', x);
/** Error function, 2/√π · ∫₀ˣ exp(−t²) dt. */
export const erf = (x: Term): Expression => unary('erf', x);

/** x² */
export const square = (x: Term): Expression => {
  const factor = asExpression(x);
  return multiply(factor, factor);
};

/** The sum of terms, added up in their order. At least one. */
export const sum = ([first, ...others]: readonly Term[]): Expression =>
  others.reduce<Expression>(add, asExpression(first!));

/** `then` where a > b, else `otherwise`, also where a or b is NaN. Both are computed. */
export const selectGreater = (a: Term, b: Term, then: Term, otherwise: Term): Expression =>
  expression({
    kind: 'select',
    a: asExpression(a),
    b: asExpression(b),
    then: asExpression(then),
    otherwise: asExpression(otherwise),
  });

/** What an expression is made of. */
export function partsOf(tree: Expression): readonly Expression[] {
  const { kind } = tree;
  if (kind === 'operand' || kind === 'constant') return [];
  if ('x' in tree) return [tree.x];
  const { a, b } = tree;
  return tree.kind === 'select' ? [a, b, tree.then, tree.otherwise] : [a, b];
}
