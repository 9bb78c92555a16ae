/**
 * Operands of elementwise kernels: tensors of the output's shape, and smaller ones that are
 * repeated. How one is repeated is said by the caller, never guessed from its shape.
 *
 *     tensor                    as the output, […, C]
 *     perChannel(tensor)        [C], one number for each position on the last axis
 *     perRow(tensor)            […, 1], one number for all positions on the last axis
 *     perImageChannel(tensor)   [N, C], one number for each sample and position on the last axis
 *     single(tensor)            [1], one number for all; read whenever the kernel runs
 */
import { ShapeError } from './errors.ts';
import { largestOperand, type Expression } from './expression.ts';
import { formatShape, sameShape, type Shape } from './shape.ts';
import { Tensor } from './tensor.ts';

/** How a smaller operand is repeated. */
export type Repetition = 'channel' | 'row' | 'imageChannel' | 'single';

/** A tensor that is repeated to the output's shape. */
export interface RepeatedTensor {
  readonly repeats: Repetition;
  readonly tensor: Tensor;
}

/** What an elementwise kernel reads. */
export type Operand = Tensor | RepeatedTensor;

/** `[C]`: one number for each position on the output's last axis. */
export const perChannel = (tensor: Tensor): RepeatedTensor => ({ repeats: 'channel', tensor });
/** `[…, 1]`: one number for all positions on the output's last axis. */
export const perRow = (tensor: Tensor): RepeatedTensor => ({ repeats: 'row', tensor });
/** `[N, C]`: one number for each sample and position on the output's last axis. */
export const perImageChannel = (tensor: Tensor): RepeatedTensor => ({
  repeats: 'imageChannel',
  tensor,
});
/** `[1]`: one number for all. */
export const single = (tensor: Tensor): RepeatedTensor => ({ repeats: 'single', tensor });

/** The tensor of an operand. */
export const tensorOf = (operand: Operand): Tensor =>
  operand instanceof Tensor ? operand : operand.tensor;

/** How an operand is read: element by element, or repeated. */
export const accessOf = (operand: Operand): Repetition | 'element' =>
  operand instanceof Tensor ? 'element' : operand.repeats;

function expectedShape(access: Repetition | 'element', shape: Shape): readonly (number | string)[] {
  const C = shape.at(-1) ?? 1;
  if (access === 'element') return shape;
  if (access === 'channel') return [C];
  if (access === 'row') return [...shape.slice(0, -1), 1];
  if (access === 'imageChannel') return shape.length < 2 ? ['samples', 'C'] : [shape[0]!, C];
  return [1];
}

/** Checks that all operands fit an output of `shape`, and that there are as many as are used. */
function checkOperands(
  where: string,
  expressions: readonly Expression[],
  operands: readonly Operand[],
  shape: Shape,
): Shape {
  for (const [index, operand] of operands.entries()) {
    const received = tensorOf(operand).shape;
    const access = accessOf(operand);
    const expected = expectedShape(access, shape);
    if (formatShape(received) === formatShape(expected)) continue;
    const way = access === 'element' ? '' : ` (one number per ${access})`;
    throw new ShapeError(
      `${where} operand ${index}${way}: expected ${formatShape(expected)} for ${formatShape(shape)}; received ${formatShape(received)}. ` +
        'Say by perChannel, perRow, perImageChannel or single how a smaller tensor is repeated.',
    );
  }
  const used = 1 + Math.max(-1, ...expressions.map(largestOperand));
  if (used > operands.length) {
    throw new ShapeError(`${where}: expected ${used} operands; received ${operands.length}.`);
  }
  return shape;
}

function checkResult(where: string, received: Shape, expected: Shape): void {
  if (sameShape(received, expected)) return;
  throw new ShapeError(
    `${where}: expected an output ${formatShape(expected)}; received ${formatShape(received)}.`,
  );
}

function checkCount(where: string, outputs: number, expressions: number): void {
  if (outputs === expressions && outputs > 0) return;
  throw new ShapeError(
    `${where}: expected one output for each expression; received ${outputs} for ${expressions}.`,
  );
}

/** What is summed has the shape of the first operand that is not repeated. */
function summedShape(where: string, operands: readonly Operand[]): Shape {
  const whole = operands.find((operand) => operand instanceof Tensor);
  if (whole?.shape.length) return whole.shape;
  throw new ShapeError(`${where}: expected an operand that is not repeated; received none.`);
}

/** The shape of all outputs of `Kernels.elementwise`. @throws ShapeError if something does not fit. */
export function checkElementwise(
  expressions: readonly Expression[],
  operands: readonly Operand[],
  outputs: readonly Tensor[],
): Shape {
  checkCount('elementwise', outputs.length, expressions.length);
  const { shape } = outputs[0]!;
  for (const output of outputs) checkResult('elementwise', output.shape, shape);
  return checkOperands('elementwise', expressions, operands, shape);
}

/** The shape of what `Kernels.channelSums` adds up. @throws ShapeError if something does not fit. */
export function checkChannelSums(
  expressions: readonly Expression[],
  operands: readonly Operand[],
  sums: Tensor,
): Shape {
  const shape = summedShape('channelSums', operands);
  checkResult('channelSums', sums.shape, [expressions.length, shape.at(-1)!]);
  if (operands.some((operand) => accessOf(operand) === 'imageChannel')) {
    throw new ShapeError('channelSums: expected no operand that is repeated per imageChannel.');
  }
  return checkOperands('channelSums', expressions, operands, shape);
}

/** The shape of what `Kernels.rowSums` adds up. @throws ShapeError if something does not fit. */
export function checkRowSums(
  expressions: readonly Expression[],
  operands: readonly Operand[],
  sums: readonly Tensor[],
): Shape {
  checkCount('rowSums', sums.length, expressions.length);
  const shape = summedShape('rowSums', operands);
  for (const sum of sums) checkResult('rowSums', sum.shape, [...shape.slice(0, -1), 1]);
  if (operands.some((operand) => accessOf(operand) === 'imageChannel')) {
    throw new ShapeError('rowSums: expected no operand that is repeated per imageChannel.');
  }
  return checkOperands('rowSums', expressions, operands, shape);
}
