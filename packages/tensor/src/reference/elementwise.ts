/**
 * Expressions over tensors, alone and summed. Everything is computed in float64; each element of
 * a result is rounded once, when it is stored.
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
interface Block {
  readonly first: number;
  readonly count: number;
}

/** Places of a block: so few that all that is computed of them stays in the cache. */
const BLOCK = 1024;

function* blocksOf(shape: Shape): Generator<Block> {
  const size = sizeOf(shape);
  for (let first = 0; first < size; first += BLOCK) {
    yield { first, count: Math.min(BLOCK, size - first) };
  }
}

/** What an operand is at the places of a block, for an output of `shape`. */
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

/** What each expression is at the places of a block; what several have in common is computed once. */
function valuesAt({ expressions, operands, shape }: ExpressionCall, block: Block): Float64Array[] {
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

/** Every expression at every place; all are computed before any is stored. */
export function elementwise(call: ExpressionCall): void {
  for (const block of blocksOf(call.shape)) {
    const values = valuesAt(call, block);
    for (const [j, { data }] of call.outputs.entries()) data.set(values[j]!, block.first);
  }
}

/** For every channel, the sum of each expression over all rows. */
export function channelSums(call: ExpressionCall): void {
  const C = call.shape.at(-1)!;
  const totals = call.outputs.map(() => new Float64Array(C));
  for (const block of blocksOf(call.shape)) {
    for (const [j, values] of valuesAt(call, block).entries()) {
      for (let i = 0; i < block.count; i++) totals[j]![(block.first + i) % C]! += values[i]!;
    }
  }
  for (const [j, { data }] of call.outputs.entries()) data.set(totals[j]!);
}

/** For every row, the sum of each expression over the channels. */
export function rowSums(call: ExpressionCall): void {
  const C = call.shape.at(-1)!;
  const totals = call.outputs.map(({ size }) => new Float64Array(size));
  for (const block of blocksOf(call.shape)) {
    for (const [j, values] of valuesAt(call, block).entries()) {
      for (let i = 0; i < block.count; i++) {
        totals[j]![Math.floor((block.first + i) / C)]! += values[i]!;
      }
    }
  }
  for (const [j, { data }] of call.outputs.entries()) data.set(totals[j]!);
}
