/** Logistic function: `output = 1 / (1 + exp(−input))`, for any shape; the slope is y (1 − y). */
import { math, type Expression } from '@convnet/tensor';
import { gradientOf } from './activation-gradient.ts';
import { ElementwiseActivation } from './elementwise-activation.ts';
import { layerOf } from './options.ts';

const { add, divide, exp, subtract } = math;

/** The logistic function of an expression. */
export const logistic = (x: Expression): Expression => divide(1, add(1, exp(subtract(0, x))));

/**
 * A sigmoid layer.
 * @example
 * ```ts
 * sigmoid(); // 0 → 0.5
 * ```
 */
export function sigmoid(options: { readonly name?: string } = {}): ElementwiseActivation {
  return layerOf(
    options,
    () =>
      new ElementwiseActivation(
        {
          type: 'sigmoid',
          value: logistic,
          gradient: gradientOf(({ dOutput, y }) => dOutput.times(y.times(subtract(1, y)))),
          inLoss: 'sigmoid',
        },
        options.name,
      ),
  );
}
