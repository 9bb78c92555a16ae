/** Expressions over tensors, stored element by element. */
import type { Expression } from '../../expression.ts';
import type { ExpressionCall } from '../../expression-call.ts';
import { accessOf, type Operand } from '../../operands.ts';
import type { Finish } from '../emit/contraction.ts';
import { overSamples, overWeights, planned, simplified } from '../run/expression-work.ts';
import { spanOf, type SampleWork, type UnitWork } from '../run/work.ts';

/** `Kernels.elementwise` over activations. */
export function elementwiseOverSamples({
  expressions,
  operands,
  outputs,
  shape,
}: ExpressionCall): SampleWork {
  const inputs = simplified(operands, shape);
  const writes = outputs.map(({ data }) => spanOf(data));
  const { parameters, callOn } = planned(expressions, inputs, writes);
  const reads = inputs.map(({ span }) => span);
  const finish = finishOf(expressions, operands);
  return {
    name: 'elementwise',
    // What is finished is named first, whichever of the operands it is.
    reads: finish?.isLast ? reads.reverse() : reads,
    writes,
    ...overSamples(shape, parameters, callOn),
    ...(finish && { isFinish: finish.finish }),
  };
}

/**
 * Whether an expression is a ReLU of its only operand, or passes an operand on where the other is
 * above 0, as a ReLU's gradient does: then the work before it can finish with that.
 */
function finishOf(
  expressions: readonly Expression[],
  operands: readonly Operand[],
): { readonly finish: Finish; readonly isLast?: boolean } | undefined {
  const [only, ...others] = expressions;
  const isPlain = operands.every((operand) => accessOf(operand) === 'element');
  if (only?.kind !== 'select' || others.length > 0 || !isPlain) return undefined;
  const { a, b, then, otherwise } = only;
  const isZero = (part: Expression): boolean => part.kind === 'constant' && part.value === 0;
  const isOperand = (part: Expression, index: number): boolean =>
    part.kind === 'operand' && part.index === index;
  // 0 where 0 is larger: so a NaN stays, which is not below 0.
  if (isZero(a) && isOperand(b, 0) && isZero(then) && isOperand(otherwise, 0))
    return { finish: 'relu' };
  if (!isZero(b) || !isZero(otherwise)) return undefined;
  if (isOperand(a, 1) && isOperand(then, 0)) return { finish: 'gate' };
  return isOperand(a, 0) && isOperand(then, 1) ? { finish: 'gate', isLast: true } : undefined;
}

/** `Kernels.elementwise` over weights. */
export function elementwiseOverWeights({
  expressions,
  operands,
  outputs,
  shape,
}: ExpressionCall): UnitWork {
  const inputs = simplified(operands, shape);
  const writes = outputs.map(({ data }) => spanOf(data));
  const { parameters, callOn } = planned(expressions, inputs, writes);
  const reads = inputs.map(({ span }) => span);
  return { name: 'elementwise', reads, writes, ...overWeights(shape, parameters, callOn) };
}
