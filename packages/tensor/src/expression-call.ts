/**
 * Calls of kernels that compute expressions. Callers name operands and results;
 * implementations count them. A call says what is read, what is computed of it and where it goes:
 *
 *     kernels.elementwise(
 *       { x: input, mean: perChannel(mean) },
 *       ({ x, mean }) => ({ output: x.minus(mean) }),
 *       { output },
 *     );
 */
import { ShapeError } from './errors.ts';
import { constant, operand, type Expression, type Term } from './expression.ts';
import { accessOf, tensorOf, type Operand, type Repetition } from './operands.ts';
import { formatShape, sameShape, type Shape } from './shape.ts';
import { isTensor, type Tensor } from './tensor.ts';

/** The operands, by names of the caller's. An entry may be a list, or be missing. */
export type Operands = Readonly<Record<string, Operand | readonly Operand[] | undefined>>;

/** The numbers of the operands at one place, by the same names. */
export type Values<O extends Operands> = {
  readonly [Name in keyof O]: O[Name] extends readonly Operand[]
    ? readonly Expression[]
    : undefined extends O[Name]
      ? Expression | undefined
      : Expression;
};

/** The outputs, by names of the caller's. An entry may be a list. */
export type Outputs = Readonly<Record<string, Tensor | readonly Tensor[]>>;

/** An expression for each output, by the same names. */
export type Results<R extends Outputs> = {
  readonly [Name in keyof R]: R[Name] extends readonly Tensor[] ? readonly Term[] : Term;
};

/** A call as implementations see it: one expression for each output, operands by number. */
export interface ExpressionCall {
  readonly expressions: readonly Expression[];
  readonly operands: readonly Operand[];
  readonly outputs: readonly Tensor[];
  /** The shape of the places that are computed: that of the operands which are not repeated. */
  readonly shape: Shape;
}

/** All tensors that a call reads or writes. */
export const tensorsOf = ({ operands, outputs }: ExpressionCall): Tensor[] => [
  ...operands.map(tensorOf),
  ...outputs,
];

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);

/** Counts what has names. What `compute` does not look at is not read. */
function counted<O extends Operands, R extends Outputs>(
  kernel: string,
  named: O,
  compute: (values: Values<O>) => Results<R>,
  into: R,
): Omit<ExpressionCall, 'shape'> & { readonly names: readonly string[] } {
  const operands: Operand[] = [];
  const names: string[] = [];
  const numbers = new Map<string, Expression>();
  const value = (name: string, given: Operand): Expression => {
    const known = numbers.get(name);
    if (known) return known;
    const made = operand(operands.push(given) - 1);
    names.push(name);
    numbers.set(name, made);
    return made;
  };
  const values = {};
  for (const [name, given] of Object.entries(named)) {
    Object.defineProperty(values, name, {
      enumerable: true,
      get: () => {
        if (given === undefined) return undefined;
        if (!isList(given)) return value(name, given);
        return given.map((each, i) => value(`${name}[${i}]`, each));
      },
    });
  }
  const results: Readonly<Record<string, Term | readonly Term[]>> = compute(values as Values<O>);
  const stray = Object.keys(results).find((name) => !(name in into));
  if (stray !== undefined) {
    throw new ShapeError(
      `${kernel}: expected results for the outputs ${Object.keys(into).join(', ')}; also received "${stray}".`,
    );
  }
  const expressions: Expression[] = [];
  const outputs: Tensor[] = [];
  for (const [name, given] of Object.entries(into)) {
    const tensors = isList(given) ? given : [given];
    const result = results[name];
    const terms = result === undefined ? [] : isList(result) ? result : [result];
    if (terms.length !== tensors.length) {
      throw new ShapeError(
        `${kernel} "${name}": expected as many results as outputs, ${tensors.length}; received ${terms.length}.`,
      );
    }
    expressions.push(...terms.map((term) => (typeof term === 'number' ? constant(term) : term)));
    outputs.push(...tensors);
  }
  if (outputs.length === 0) throw new ShapeError(`${kernel}: expected an output; received none.`);
  return { expressions, operands, outputs, names };
}

function expectedShape(access: Repetition | 'element', shape: Shape): readonly (number | string)[] {
  const C = shape.at(-1) ?? 1;
  if (access === 'element') return shape;
  if (access === 'channel') return [C];
  if (access === 'row') return [...shape.slice(0, -1), 1];
  if (access === 'imageChannel') return shape.length < 2 ? ['samples', 'C'] : [shape[0]!, C];
  return [1];
}

/** @throws ShapeError unless all operands fit places of `shape`. */
function checkOperands(
  kernel: string,
  names: readonly string[],
  operands: readonly Operand[],
  shape: Shape,
): void {
  for (const [index, given] of operands.entries()) {
    const received = tensorOf(given).shape;
    const access = accessOf(given);
    const expected = expectedShape(access, shape);
    if (formatShape(received) === formatShape(expected)) continue;
    const way = access === 'element' ? '' : ` (one number per ${access})`;
    throw new ShapeError(
      `${kernel} operand "${names[index]!}"${way}: expected ${formatShape(expected)} for ${formatShape(shape)}; received ${formatShape(received)}. ` +
        'Say by perChannel, perRow, perImageChannel or single how a smaller tensor is repeated.',
    );
  }
}

function checkOutputs(kernel: string, outputs: readonly Tensor[], expected: Shape): void {
  const other = outputs.find(({ shape }) => !sameShape(shape, expected));
  if (!other) return;
  throw new ShapeError(
    `${kernel}: expected an output ${formatShape(expected)}; received ${formatShape(other.shape)}.`,
  );
}

/** The summed tensor has the shape of the first operand that is not repeated. */
function summedShape(kernel: string, operands: readonly Operand[]): Shape {
  if (operands.some((given) => accessOf(given) === 'imageChannel')) {
    throw new ShapeError(`${kernel}: expected no operand that is repeated per imageChannel.`);
  }
  const whole = operands.find((given) => isTensor(given));
  if (whole?.shape.length) return whole.shape;
  throw new ShapeError(`${kernel}: expected an operand that is not repeated; received none.`);
}

/** Kernels that compute expressions. */
export type ExpressionKernel = 'elementwise' | 'rowSums' | 'channelSums';

/** A call of a kernel. @throws ShapeError if something does not fit. */
export function expressionCall<O extends Operands, R extends Outputs>(
  kernel: ExpressionKernel,
  named: O,
  compute: (values: Values<O>) => Results<R>,
  into: R,
): ExpressionCall {
  const { names, ...call } = counted(kernel, named, compute, into);
  const { operands, outputs } = call;
  const isSum = kernel !== 'elementwise';
  const shape = isSum ? summedShape(kernel, operands) : outputs[0]!.shape;
  const C = shape.at(-1)!;
  const ofSums = kernel === 'rowSums' ? [...shape.slice(0, -1), 1] : [C];
  checkOutputs(kernel, outputs, isSum ? ofSums : shape);
  checkOperands(kernel, names, operands, shape);
  return { ...call, shape };
}
