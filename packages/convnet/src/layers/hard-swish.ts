/**
 * Hard swish (Howard et al. 2019): like swish, of straight lines and a parabola, for any shape.
 *
 *     output = x · min(max(x + 3, 0), 6) / 6        slope 0 below −3, x/3 + ½ up to 3, then 1
 */
import { math } from '@convnet/tensor';
import { gradientOf } from './activation-gradient.ts';
import { ElementwiseActivation } from './elementwise-activation.ts';
import { layerOf } from './options.ts';

const { maximum, minimum, selectGreater } = math;

/**
 * A hard swish layer, as Keras' `hard_silu` and PyTorch's `Hardswish`.
 * @example
 * ```ts
 * hardSwish(); // −4 → 0, 1 → 0.666…, 4 → 4
 * ```
 */
export function hardSwish(options: { readonly name?: string } = {}): ElementwiseActivation {
  return layerOf(
    options,
    () =>
      new ElementwiseActivation(
        {
          type: 'hardSwish',
          value: (x) => x.times(minimum(maximum(x.plus(3), 0), 6).over(6)),
          gradient: gradientOf(({ dOutput, x }) =>
            dOutput.times(selectGreater(x, 3, 1, selectGreater(x, -3, x.over(3).plus(0.5), 0))),
          ),
          kinks: [-3, 3],
        },
        options.name,
      ),
  );
}
