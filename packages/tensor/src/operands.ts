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
import { isTensor, type Tensor } from './tensor.ts';

/** How a smaller operand is repeated. */
export type Repetition = 'channel' | 'row' | 'imageChannel' | 'single';

/** A tensor that is repeated to the output's shape. */
export interface RepeatedTensor {
  readonly repeats: Repetition;
  readonly tensor: Tensor;
}

/** An operand of an elementwise kernel. */
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
  isTensor(operand) ? operand : operand.tensor;

/** How an operand is read: element by element, or repeated. */
export const accessOf = (operand: Operand): Repetition | 'element' =>
  isTensor(operand) ? 'element' : operand.repeats;
