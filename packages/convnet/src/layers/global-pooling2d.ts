/**
 * Pooling over whole images: one number for each channel.
 *
 *     input [N, H, W, C]   output [N, C], or [N, 1, 1, C] with `keepDims`
 *
 * Semantics and defaults are those of Keras' GlobalAveragePooling2D and GlobalMaxPooling2D.
 */
import type { Tensor, WindowOptions } from '@convnet/tensor';
import type { Signal } from './layer.ts';
import { booleanOption } from './options.ts';
import { PoolingLayer, type PoolingOperation } from './pooling-layer.ts';

/** Options of the layers that pool over whole images. */
export interface GlobalPooling2dOptions {
  /** Keep rows and columns as axes of length 1; default false. */
  readonly keepDims?: boolean;
  readonly name?: string;
}

/** Base class of both layers. */
abstract class GlobalPooling2d extends PoolingLayer {
  override readonly namePrefix = 'globalPool';
  readonly #keepDims: boolean;

  constructor(options: GlobalPooling2dOptions, operation: PoolingOperation, type: string) {
    super(options.name, operation);
    this.#keepDims = booleanOption(options.keepDims ?? false, `${type} keepDims`);
  }

  protected override windows([H, W]: readonly [number, number, number]): WindowOptions {
    return { windowSize: [H, W], strides: [1, 1], padding: 'valid' };
  }

  protected override connect(input: Signal): Signal {
    const { shape } = super.connect(input);
    return { shape: this.#keepDims ? shape : shape.slice(2) };
  }

  override forward(input: Tensor): Tensor {
    return this.#keepDims
      ? super.forward(input)
      : super.forward(input).reshape([input.shape[0]!, input.shape[3]!]);
  }

  override backward(dOutput: Tensor): Tensor {
    return super.backward(dOutput.reshape([dOutput.shape[0]!, 1, 1, dOutput.shape.at(-1)!]));
  }

  protected override options(): Record<string, unknown> {
    return { keepDims: this.#keepDims };
  }
}

/** See the top of this file. */
export class GlobalAveragePooling2d extends GlobalPooling2d {
  override readonly type = 'globalAveragePooling2d';

  constructor(options: GlobalPooling2dOptions) {
    super(options, 'average', 'globalAveragePooling2d');
  }
}

/** See the top of this file. */
export class GlobalMaxPooling2d extends GlobalPooling2d {
  override readonly type = 'globalMaxPooling2d';

  constructor(options: GlobalPooling2dOptions) {
    super(options, 'max', 'globalMaxPooling2d');
  }
}

/**
 * The mean of each channel.
 *
 * @throws LayerOptionError for impossible options.
 * @example
 * ```ts
 * globalAveragePooling2d(); // [N, 7, 7, 64] → [N, 64]
 * globalAveragePooling2d({ keepDims: true }); // [N, 7, 7, 64] → [N, 1, 1, 64]
 * ```
 */
export function globalAveragePooling2d(
  options: GlobalPooling2dOptions = {},
): GlobalAveragePooling2d {
  return new GlobalAveragePooling2d(options);
}

/**
 * The largest number of each channel.
 *
 * @throws LayerOptionError for impossible options.
 * @example
 * ```ts
 * globalMaxPooling2d(); // [N, 7, 7, 64] → [N, 64]
 * ```
 */
export function globalMaxPooling2d(options: GlobalPooling2dOptions = {}): GlobalMaxPooling2d {
  return new GlobalMaxPooling2d(options);
}
