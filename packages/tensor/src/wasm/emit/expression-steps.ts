/**
 * Expressions as a list of steps, in which nothing is computed twice: the form that code is
 * emitted from, and the name of that code.
 */
import {
  partsOf,
  type BinaryOperation,
  type Expression,
  type UnaryOperation,
} from '../../expression.ts';

/** One step of a computation; numbers are indices of earlier steps. */
export type Step =
  | { readonly kind: 'operand'; readonly index: number }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: Operation; readonly of: readonly number[] };

/** An operation on earlier steps. */
export type Operation =
  | UnaryOperation
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
