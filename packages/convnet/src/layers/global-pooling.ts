/** Pooling over whole images: see `pooling.ts`. */
import { booleanOption, type WindowOptions } from '@convnet/tensor';
import { Pooling, type PoolingKind } from './pooling.ts';
import type { Signal } from './signal.ts';

/** Options of the layers that pool over whole images. */
export interface GlobalPooling2dOptions {
  /** Keep rows and columns as axes of length 1; default false. */
  readonly keepDims?: boolean;
  readonly name?: string;
}

/** A layer that pools over whole images: one number for each channel. */
export class GlobalPooling2d extends Pooling {
  override readonly namePrefix = 'globalPool';
  readonly #keepDims: boolean;

  constructor(kind: PoolingKind, options: GlobalPooling2dOptions) {
    super(kind, options.name);
    this.#keepDims = booleanOption(options.keepDims ?? false, `${kind.type} keepDims`);
  }

  protected override windows([H, W]: readonly [number, number, number]): WindowOptions {
    return { windowSize: [H, W], strides: [1, 1], padding: 'valid' };
  }

  protected override connect(inputs: readonly [Signal]): Signal {
    const { shape } = super.connect(inputs);
    return { shape: this.#keepDims ? shape : shape.slice(2) };
  }

  protected override options(): Record<string, unknown> {
    return { keepDims: this.#keepDims };
  }
}
