/**
 * Rectified linear unit: `output = max(0, input)`, for any shape.
 *
 * Backward: `dInput = dOutput` where the output is positive, else 0. A NaN stays a NaN.
 */
import { selectGreater } from '@convnet/tensor/inference';
import { gradientOf } from './activation-gradient.ts';
import { ElementwiseActivation } from './elementwise-activation.ts';
import { layerOf } from './options.ts';
import { RELU } from './predicting-relu.ts';

/**
 * A ReLU layer; the input may have any shape.
 * @example
 * ```ts
 * relu(); // −1 → 0, 2 → 2
 * ```
 */
export function relu(options: { readonly name?: string } = {}): ElementwiseActivation {
  return layerOf(
    options,
    () =>
      new ElementwiseActivation(
        {
          ...RELU,
          gradient: gradientOf(({ dOutput, y }) => selectGreater(y, 0, dOutput, 0)),
          kinks: [0],
        },
        options.name,
      ),
  );
}
