/**
 * Sigmoid linear unit, also called swish (Elfwing et al. 2018): `output = x · s`, with the
 * logistic function s = 1 / (1 + exp(−x)), for any shape; the slope is s (1 + x (1 − s)).
 */
import { math } from '@convnet/tensor';
import { ElementwiseActivation } from './elementwise-activation.ts';
import { logistic } from './sigmoid.ts';

const { add, multiply, operand, subtract } = math;

/**
 * A SiLU layer.
 * @example
 * ```ts
 * silu(); // 1 → 0.7310…
 * ```
 */
export function silu(options: { readonly name?: string } = {}): ElementwiseActivation {
  const [x, at] = [operand(0), operand(1)];
  const s = logistic(at);
  return new ElementwiseActivation(
    {
      type: 'silu',
      value: multiply(x, logistic(x)),
      slope: multiply(s, add(1, multiply(at, subtract(1, s)))),
      slopeOf: 'input',
    },
    options.name,
  );
}
