/**
 * Huber's loss (Huber 1964), with d = output − target and δ where it changes from squares to sizes:
 *
 *     f = d² / 2            where |d| ≤ δ        f′ = d
 *     f = δ · (|d| − δ/2)   elsewhere            f′ = ±δ
 *
 * `loss[n]` is the mean of f over the K outputs.
 */
import { checkOptions, math, numberOption } from '@convnet/tensor';
import type { Loss } from './loss.ts';
import { outputLoss } from './output-loss.ts';

const { abs, maximum, minimum } = math;

/** Options of {@link huber}. */
export interface HuberOptions {
  /** The largest difference that counts by its square, above 0; default 1. */
  readonly delta?: number;
}

/**
 * A loss of networks that answer with numbers: squares of small differences, the size of large ones.
 *
 * @throws OptionError unless `delta` is finite and above 0.
 * @example
 * ```ts
 * const slant = sequential({ inputShape: [28, 28, 1], layers: [flatten(), dense({ units: 1 })] });
 * slant.compile({ optimizer: 'adam', loss: huber({ delta: 5 }) });
 * ```
 */
export function huber(options: HuberOptions = {}): Loss {
  checkOptions(options, 'delta', 'huber');
  const { delta = 1 } = options;
  numberOption(delta, { above: 0 }, 'huber delta');
  return outputLoss({
    name: 'huber',
    value: ({ output, target }) => {
      const difference = output.minus(target);
      const small = minimum(abs(difference), delta);
      return small.times(abs(difference).minus(small.times(0.5)));
    },
    slope: ({ output, target }) => maximum(minimum(output.minus(target), delta), -delta),
  });
}
