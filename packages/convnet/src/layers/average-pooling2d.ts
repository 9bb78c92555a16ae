/**
 * Average pooling: the mean response of each window, channel by channel.
 *
 *     output[n,p,q,c] = mean over r, s of input[n, p·stride + r − pad, q·stride + s − pad, c]
 *
 *     input [N, H, W, C]   output [N, P, Q, C]
 *
 * With padding `same`, a window at the edge is the mean of what it sees of the input: padding is
 * not counted. Backward: inputs receive equal shares of the gradient. Semantics and defaults are
 * those of Keras' AveragePooling2D; PyTorch's `AvgPool2d` counts padding unless told otherwise.
 */
import { Pooling2d, poolingGradient, type Pooling2dOptions } from './pooling.ts';
import { layerOf } from './options.ts';

/** Options of {@link averagePooling2d}. */
export type AveragePooling2dOptions = Pooling2dOptions;

/**
 * An average pooling layer.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * averagePooling2d(); // [N, 26, 26, 32] → [N, 13, 13, 32]
 * ```
 */
export function averagePooling2d(options: AveragePooling2dOptions = {}): Pooling2d {
  return layerOf(
    options,
    () =>
      new Pooling2d(
        { type: 'averagePooling2d', operation: 'average', gradient: poolingGradient },
        options,
      ),
  );
}
