/** The gradient of a bias as work: the sum over all rows `[…, K]`, which is added to what is there. */
import { operand } from '../../expression.ts';
import type { Tensor } from '../../tensor.ts';
import { spanOf, type SumWork } from '../run/work.ts';
import { channelSumsInto } from './channel-sums.ts';

/** See the top of this file. */
export function biasGradientWork(dOutput: Tensor, dBias: Tensor): SumWork {
  const sum = { expressions: [operand(0)], operands: [dOutput], shape: dOutput.shape };
  return {
    ...channelSumsInto(sum, spanOf(dBias.data)),
    sparse: {
      dOutput: spanOf(dOutput.data),
      fromWinners: ({ gradients }) => [biasGradientWork(gradients, dBias)],
    },
  };
}
