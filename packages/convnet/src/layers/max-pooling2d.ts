/**
 * Max pooling: keeps the strongest response of each window, channel by channel.
 *
 *     output[n,p,q,c] = max over r, s of input[n, p·stride + r − pad, q·stride + s − pad, c]
 *
 *     input [N, H, W, C]   output [N, P, Q, C]
 *
 * Backward: the gradient of an output goes to the one input that was largest. Semantics and
 * defaults are those of Keras' MaxPooling2D.
 */
import { Pooling2d, poolingGradient, type Pooling2dOptions } from './pooling.ts';
import { layerOf } from './options.ts';

/** Options of {@link maxPooling2d}. */
export type MaxPooling2dOptions = Pooling2dOptions;

/**
 * A max pooling layer.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * maxPooling2d(); // [N, 26, 26, 32] → [N, 13, 13, 32]
 * ```
 */
export function maxPooling2d(options: MaxPooling2dOptions = {}): Pooling2d {
  return layerOf(
    options,
    () =>
      new Pooling2d({ type: 'maxPooling2d', operation: 'max', gradient: poolingGradient }, options),
  );
}
