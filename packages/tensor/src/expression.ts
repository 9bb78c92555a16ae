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

/** The node of an expression: an operand, a number, or an operation on others. */
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
    return binary('add', this, b);
  },
  minus(b) {
    return binary('subtract', this, b);
  },
  times(b) {
    return binary('multiply', this, b);
  },
  over(b) {
    return binary('divide', this, b);
  },
};

/** An expression of this tree. */
export const expression = (tree: Tree): Expression =>
  Object.assign(Object.create(arithmetic) as Arithmetic, tree);

/** A term as an expression. */
export const asExpression = (term: Term): Expression =>
  typeof term === 'number' ? constant(term) : term;

/** An operation on one number. */
export const unary = (kind: UnaryOperation, x: Term): Expression =>
  expression({ kind, x: asExpression(x) });

/** An operation on two numbers. */
export const binary = (kind: BinaryOperation, a: Term, b: Term): Expression =>
  expression({ kind, a: asExpression(a), b: asExpression(b) });

/** `then` where a > b, else `otherwise`, also where a or b is NaN. Both are computed. */
export const selectGreater = (a: Term, b: Term, then: Term, otherwise: Term): Expression =>
  expression({
    kind: 'select',
    a: asExpression(a),
    b: asExpression(b),
    then: asExpression(then),
    otherwise: asExpression(otherwise),
  });

/** The number that operand `index` has at this place; they count from 0. */
export const operand = (index: number): Expression => expression({ kind: 'operand', index });

/** The same number everywhere. */
export const constant = (value: number): Expression => expression({ kind: 'constant', value });

/** The node of this expression. */
export function partsOf(tree: Expression): readonly Expression[] {
  const { kind } = tree;
  if (kind === 'operand' || kind === 'constant') return [];
  if ('x' in tree) return [tree.x];
  const { a, b } = tree;
  return tree.kind === 'select' ? [a, b, tree.then, tree.otherwise] : [a, b];
}
