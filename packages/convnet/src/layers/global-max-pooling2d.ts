/**
 * Global max pooling: the largest number of each channel over the whole image.
 *
 *     output[n,c] = max over h, w of input[n,h,w,c]
 *
 *     input [N, H, W, C]   output [N, C], or [N, 1, 1, C] with `keepDims`
 *
 * Backward: the gradient goes to the one input that was largest. Semantics and defaults are those of Keras'
 * GlobalMaxPooling2D.
 */
import { GlobalPooling2d, type GlobalPooling2dOptions } from './global-pooling.ts';
import { poolingGradient } from './pooling.ts';
import { layerOf } from './options.ts';

/**
 * A layer that gives the largest number of each channel.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * globalMaxPooling2d(); // [N, 7, 7, 64] → [N, 64]
 * ```
 */
export function globalMaxPooling2d(options: GlobalPooling2dOptions = {}): GlobalPooling2d {
  return layerOf(
    options,
    () =>
      new GlobalPooling2d(
        { type: 'globalMaxPooling2d', operation: 'max', gradient: poolingGradient },
        options,
      ),
  );
}
