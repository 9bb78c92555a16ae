/**
 * Sigmoid linear unit, also called swish (Elfwing et al. 2018): `output = x · s`, with the
 * logistic function s = 1 / (1 + exp(−x)), for any shape; the slope is s (1 + x (1 − s)).
 */
import { math } from '@convnet/tensor';
import { gradientOf } from './activation-gradient.ts';
import { ElementwiseActivation } from './elementwise-activation.ts';
import { logistic } from './sigmoid.ts';
import { layerOf } from './options.ts';

const { add, exp, subtract } = math;

/**
 * A SiLU layer.
 * @example
 * ```ts
 * silu(); // 1 → 0.7310…
 * ```
 */
export function silu(options: { readonly name?: string } = {}): ElementwiseActivation {
  return layerOf(
    options,
    () =>
      new ElementwiseActivation(
        {
          type: 'silu',
          value: (x) => x.over(add(1, exp(subtract(0, x)))),
          gradient: gradientOf(({ dOutput, x }) => {
            const s = logistic(x);
            return dOutput.times(s.times(add(1, x.times(subtract(1, s)))));
          }),
        },
        options.name,
      ),
  );
}
