/** Pooling over whole images: one number for each channel; options and defaults are those of Keras. */
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

/** Base class of such layers. */
export abstract class GlobalPooling2d extends PoolingLayer {
  override readonly namePrefix = 'globalPool';
  readonly #keepDims: boolean;

  /** @param type - the layer's, for messages. */
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
