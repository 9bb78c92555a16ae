/**
 * Expressions over tensors, alone and summed. Everything is computed in float64; each element of
 * a result is rounded once, when it is stored.
 */
import type { BinaryOperation, Expression, UnaryOperation } from '../expression.ts';
import type { ExpressionCall } from '../expression-call.ts';
import { accessOf, tensorOf, type Operand } from '../operands.ts';
import { sizeOf, type Shape } from '../shape.ts';
import { erf } from './error-function.ts';

/** A value at every place `i` of the output, counted in row-major order. */
type At = (i: number) => number;

/** How an operand is read for an output of `shape`. */
function operandAt(operand: Operand, shape: Shape): At {
  const { data } = tensorOf(operand);
  const C = shape.at(-1) ?? 1;
  const sampleSize = sizeOf(shape.slice(1));
  switch (accessOf(operand)) {
    case 'element':
      return (i) => data[i]!;
    case 'channel':
      return (i) => data[i % C]!;
    case 'row':
      return (i) => data[Math.floor(i / C)]!;
    case 'imageChannel':
      return (i) => data[Math.floor(i / sampleSize) * C + (i % C)]!;
    case 'single':
      return () => data[0]!;
  }
}

const unaryFunctions: Record<UnaryOperation, (x: number) => number> = {
  sqrt: Math.sqrt,
  abs: Math.abs,
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  erf,
};

const binaryFunctions: Record<BinaryOperation, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  maximum: Math.max,
  minimum: Math.min,
};

/** What an expression is at every place, given what its operands are there. */
function valueAt(expression: Expression, operands: readonly At[]): At {
  const of = (part: Expression): At => valueAt(part, operands);
  if (expression.kind === 'operand') return operands[expression.index]!;
  if (expression.kind === 'constant') return () => expression.value;
  if (expression.kind === 'select') {
    const [a, b] = [of(expression.a), of(expression.b)];
    const [then, otherwise] = [of(expression.then), of(expression.otherwise)];
    return (i) => (a(i) > b(i) ? then(i) : otherwise(i));
  }
  if ('x' in expression) {
    const [apply, x] = [unaryFunctions[expression.kind], of(expression.x)];
    return (i) => apply(x(i));
  }
  const [apply, a, b] = [binaryFunctions[expression.kind], of(expression.a), of(expression.b)];
  return (i) => apply(a(i), b(i));
}

function valuesAt({ expressions, operands, shape }: ExpressionCall): At[] {
  const readers = operands.map((operand) => operandAt(operand, shape));
  return expressions.map((expression) => valueAt(expression, readers));
}

/** Every expression at every place; all are computed before any is stored. */
export function elementwise(call: ExpressionCall): void {
  const { outputs, shape } = call;
  const values = valuesAt(call);
  const results = new Float64Array(values.length);
  for (let i = 0; i < sizeOf(shape); i++) {
    for (let j = 0; j < values.length; j++) results[j] = values[j]!(i);
    for (let j = 0; j < values.length; j++) outputs[j]!.data[i] = results[j]!;
  }
}

/** For every channel, the sum of each expression over all rows. */
export function channelSums(call: ExpressionCall): void {
  const { outputs, shape } = call;
  const C = shape.at(-1)!;
  for (const [j, at] of valuesAt(call).entries()) {
    const totals = new Float64Array(C);
    for (let i = 0; i < sizeOf(shape); i++) totals[i % C]! += at(i);
    outputs[j]!.data.set(totals);
  }
}

/** For every row, the sum of each expression over the channels. */
export function rowSums(call: ExpressionCall): void {
  const { outputs, shape } = call;
  const C = shape.at(-1)!;
  const values = valuesAt(call);
  for (let row = 0; row < sizeOf(shape) / C; row++) {
    for (const [j, at] of values.entries()) {
      let sum = 0;
      for (let c = 0; c < C; c++) sum += at(row * C + c);
      outputs[j]!.data[row] = sum;
    }
  }
}
