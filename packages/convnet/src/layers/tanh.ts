/** Hyperbolic tangent: `output = tanh(input)`, for any shape; the slope is 1 − y². */
import { math } from '@convnet/tensor';
import { gradientOf } from './activation-gradient.ts';
import { ElementwiseActivation } from './elementwise-activation.ts';
import { layerOf } from './options.ts';

/**
 * A tanh layer.
 * @example
 * ```ts
 * tanh(); // 1 → 0.7615…
 * ```
 */
export function tanh(options: { readonly name?: string } = {}): ElementwiseActivation {
  return layerOf(
    options,
    () =>
      new ElementwiseActivation(
        {
          type: 'tanh',
          value: math.tanh,
          gradient: gradientOf(({ dOutput, y }) => dOutput.times(math.subtract(1, math.square(y)))),
        },
        options.name,
      ),
  );
}
