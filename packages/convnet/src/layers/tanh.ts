/** Hyperbolic tangent: `output = tanh(input)`, for any shape; the slope is 1 − y². */
import { math } from '@convnet/tensor';
import { ElementwiseActivation } from './elementwise-activation.ts';

/**
 * A tanh layer.
 * @example
 * ```ts
 * tanh(); // 1 → 0.7615…
 * ```
 */
export function tanh(options: { readonly name?: string } = {}): ElementwiseActivation {
  return new ElementwiseActivation(
    {
      type: 'tanh',
      value: math.tanh(math.operand(0)),
      slope: math.subtract(1, math.square(math.operand(1))),
      slopeOf: 'output',
    },
    options.name,
  );
}
