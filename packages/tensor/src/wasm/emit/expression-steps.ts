/**
 * Expressions as a list of steps, in which nothing is computed twice: the form that code is
 * emitted from, and the name of that code. Functions that no instruction computes become the
 * polynomials and quotients that approximate them.
 */
import {
  constant,
  partsOf,
  type BinaryOperation,
  type Expression,
  type UnaryOperation,
} from '../../expression.ts';
import { math } from '../../math.ts';

/** One step of a computation; numbers are indices of earlier steps. */
export type Step =
  | { readonly kind: 'operand'; readonly index: number }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: Operation; readonly of: readonly number[] };

/** An operation on earlier steps. */
export type Operation =
  | Exclude<UnaryOperation, 'tanh' | 'erf'>
  | BinaryOperation
  | 'select'
  // Maximum and minimum with a constant, which is never NaN: most machines have an instruction.
  | 'atLeast'
  | 'atMost';

/** Expressions that are computed together. */
export interface Steps {
  /** Says all that the steps are. */
  readonly key: string;
  readonly steps: readonly Step[];
  /** The step that each expression is. */
  readonly results: readonly number[];
}

/** `x · P(x²) / Q(x²)` for |x| ≤ `limit`, beyond which x is taken to be ±limit, held within ±1. */
interface OddQuotient {
  readonly limit: number;
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

/*
 * Coefficients from the highest power on, of float32 minimax approximations in Eigen
 * (MathFunctionsImpl.h). In float32, steps rounded one by one, errors are below 3.5e-7 for tanh
 * and below 4.2e-7 for erf, relative to the result, which is ±1 from the limit on.
 */
const TANH: OddQuotient = {
  limit: 7.90531110763549805,
  numerator: [
    -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8,
    1.48572235717979e-5, 6.37261928875436e-4, 4.89352455891786e-3,
  ],
  denominator: [1.19825839466702e-6, 1.18534705686654e-4, 2.268434632439e-3, 4.89352518554385e-3],
};
const ERF: OddQuotient = {
  limit: 4,
  numerator: [
    -2.72614225801306e-10, 2.77068142495902e-8, -2.10102402082508e-6, -5.69250639462346e-5,
    -7.34990630326855e-4, -2.95459980854025e-3, -1.60960333262415e-2,
  ],
  denominator: [
    -1.45660718464996e-5, -2.13374055278905e-4, -1.68282697438203e-3, -7.37332916720468e-3,
    -1.42647390514189e-2,
  ],
};

const within = (limit: number, x: Expression): Expression =>
  math.minimum(math.maximum(x, -limit), limit);

function oddQuotient(x: Expression, { limit, numerator, denominator }: OddQuotient): Expression {
  const inside = within(limit, x);
  const z = math.square(inside);
  const polynomial = ([first, ...rest]: readonly number[]): Expression =>
    rest.reduce<Expression>((sum, c) => sum.times(z).plus(c), constant(first!));
  const quotient = inside.times(polynomial(numerator)).over(polynomial(denominator));
  return within(1, quotient);
}

/** The instruction for a maximum or minimum whose second part is a constant. */
function withConstant(expression: Expression): 'atLeast' | 'atMost' | undefined {
  const { kind } = expression;
  if (kind !== 'maximum' && kind !== 'minimum') return undefined;
  const { b } = expression;
  if (b.kind !== 'constant' || Number.isNaN(b.value)) return undefined;
  return kind === 'maximum' ? 'atLeast' : 'atMost';
}

/** The steps of expressions. */
export function stepsOf(expressions: readonly Expression[]): Steps {
  const steps: Step[] = [];
  const numbers = new Map<string, number>();
  const known = new Map<Expression, number>();
  const step = (name: string, made: Step): number => {
    let number = numbers.get(name);
    if (number === undefined) {
      number = steps.push(made) - 1;
      numbers.set(name, number);
    }
    return number;
  };
  const made = (expression: Expression): number => {
    if (expression.kind === 'operand') return step(`operand ${expression.index}`, expression);
    if (expression.kind === 'constant') {
      const { value } = expression;
      return step(Object.is(value, -0) ? '-0' : String(value), expression);
    }
    if (expression.kind === 'tanh') return numberOf(oddQuotient(expression.x, TANH));
    if (expression.kind === 'erf') return numberOf(oddQuotient(expression.x, ERF));
    const of = partsOf(expression).map(numberOf);
    const kind = withConstant(expression) ?? expression.kind;
    return step(`${kind} ${of.join(' ')}`, { kind, of });
  };
  const numberOf = (expression: Expression): number => {
    const number = known.get(expression) ?? made(expression);
    known.set(expression, number);
    return number;
  };
  const results = expressions.map(numberOf);
  return { key: `${[...numbers.keys()].join(', ')} → ${results.join(' ')}`, steps, results };
}
