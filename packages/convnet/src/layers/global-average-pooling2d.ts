/**
 * Global average pooling: the mean of each channel over the whole image.
 *
 *     output[n,c] = mean over h, w of input[n,h,w,c]
 *
 *     input [N, H, W, C]   output [N, C], or [N, 1, 1, C] with `keepDims`
 *
 * Backward: inputs receive equal shares of the gradient. Semantics and defaults are those of Keras'
 * GlobalAveragePooling2D.
 */
import { GlobalPooling2d, type GlobalPooling2dOptions } from './global-pooling.ts';
import { poolingGradient } from './pooling.ts';
import { layerOf } from './options.ts';

/**
 * A layer that gives the mean of each channel.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * globalAveragePooling2d(); // [N, 7, 7, 64] → [N, 64]
 * globalAveragePooling2d({ keepDims: true }); // [N, 7, 7, 64] → [N, 1, 1, 64]
 * ```
 */
export function globalAveragePooling2d(options: GlobalPooling2dOptions = {}): GlobalPooling2d {
  return layerOf(
    options,
    () =>
      new GlobalPooling2d(
        { type: 'globalAveragePooling2d', operation: 'average', gradient: poolingGradient },
        options,
      ),
  );
}
