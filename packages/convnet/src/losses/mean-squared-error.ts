/** Mean squared error: `loss[n] = Σ_k (output[n,k] − target[n,k])² / K`, for K outputs. */
import { math } from '@convnet/tensor';
import type { Loss } from './loss.ts';
import { outputLoss } from './output-loss.ts';

const { multiply, square } = math;

/**
 * The loss of networks that answer with numbers rather than classes. There is nothing to be right
 * about, so it goes without metrics.
 *
 * @example
 * ```ts
 * const slant = sequential({ inputShape: [28, 28, 1], layers: [flatten(), dense({ units: 1 })] });
 * slant.compile({ optimizer: 'adam', loss: meanSquaredError() });
 * await slant.fit(images, degrees); // a number for each image, or a tensor [N, K] for K outputs
 * ```
 */
export function meanSquaredError(): Loss {
  return outputLoss({
    name: 'meanSquaredError',
    value: ({ output, target }) => square(output.minus(target)),
    slope: ({ output, target }) => multiply(2, output.minus(target)),
  });
}
