/**
 * Evaluates expressions, block by block. Everything is computed in float64; each element
 * of a result is rounded once, when it is stored.
 */
import type { BinaryOperation, Expression, UnaryOperation } from '../expression.ts';
import type { ExpressionCall } from '../expression-call.ts';
import { accessOf, tensorOf, type Operand } from '../operands.ts';
import { sizeOf, type Shape } from '../shape.ts';
import { erf } from './error-function.ts';

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

/** Places that are computed at once; they are counted in row-major order. */
export interface Block {
  readonly first: number;
  readonly count: number;
}

/** Places of a block: so few that all that is computed of them stays in the cache. */
const BLOCK = 1024;

/** The blocks that cover an output of `shape`. */
export function* blocksOf(shape: Shape): Generator<Block> {
  const size = sizeOf(shape);
  for (let first = 0; first < size; first += BLOCK) {
    yield { first, count: Math.min(BLOCK, size - first) };
  }
}

/** The values of an operand in a block, for an output of `shape`. */
function operandAt(operand: Operand, shape: Shape, { first, count }: Block): Float64Array {
  const { data } = tensorOf(operand);
  const C = shape.at(-1) ?? 1;
  const sampleSize = sizeOf(shape.slice(1));
  const values = new Float64Array(count);
  const access = accessOf(operand);
  if (access === 'element') values.set(data.subarray(first, first + count));
  else if (access === 'single') values.fill(data[0]!);
  else {
    for (let n = 0; n < count; n++) {
      const i = first + n;
      if (access === 'channel') values[n] = data[i % C]!;
      else if (access === 'row') values[n] = data[Math.floor(i / C)]!;
      else values[n] = data[Math.floor(i / sampleSize) * C + (i % C)]!;
    }
  }
  return values;
}

/** The values of all expressions in a block; common parts are computed once. */
export function valuesAt(
  { expressions, operands, shape }: ExpressionCall,
  block: Block,
): Float64Array[] {
  const { count } = block;
  const known = new Map<Expression, Float64Array>();
  const valueOf = (expression: Expression): Float64Array => {
    let value = known.get(expression);
    if (!value) {
      value = computed(expression);
      known.set(expression, value);
    }
    return value;
  };
  const computed = (expression: Expression): Float64Array => {
    const { kind } = expression;
    if (kind === 'operand') return operandAt(operands[expression.index]!, shape, block);
    const values = new Float64Array(count);
    if (kind === 'constant') return values.fill(expression.value);
    if (kind === 'select') {
      const [a, b] = [valueOf(expression.a), valueOf(expression.b)];
      const [then, otherwise] = [valueOf(expression.then), valueOf(expression.otherwise)];
      for (let i = 0; i < count; i++) values[i] = a[i]! > b[i]! ? then[i]! : otherwise[i]!;
    } else if ('x' in expression) {
      const [apply, x] = [unaryFunctions[expression.kind], valueOf(expression.x)];
      for (let i = 0; i < count; i++) values[i] = apply(x[i]!);
    } else {
      const [apply, a] = [binaryFunctions[expression.kind], valueOf(expression.a)];
      const b = valueOf(expression.b);
      for (let i = 0; i < count; i++) values[i] = apply(a[i]!, b[i]!);
    }
    return values;
  };
  return expressions.map(valueOf);
}
