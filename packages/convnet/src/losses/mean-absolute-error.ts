/** Mean absolute error: `loss[n] = Σ_k |output[n,k] − target[n,k]| / K`, for K outputs. */
import { math } from '@convnet/tensor';
import type { Loss } from './loss.ts';
import { outputLoss } from './output-loss.ts';

const { abs, selectGreater } = math;

/**
 * The loss of networks that answer with numbers, of which some targets may be far off: unlike
 * {@link meanSquaredError}, it does not weigh large errors more than others. Its slope at 0 is 0.
 *
 * @example
 * ```ts
 * const slant = sequential({ inputShape: [28, 28, 1], layers: [flatten(), dense({ units: 1 })] });
 * slant.compile({ optimizer: 'adam', loss: meanAbsoluteError() });
 * ```
 */
export function meanAbsoluteError(): Loss {
  return outputLoss({
    name: 'meanAbsoluteError',
    value: ({ output, target }) => abs(output.minus(target)),
    slope: ({ output, target }) =>
      selectGreater(output, target, 1, selectGreater(target, output, -1, 0)),
  });
}
