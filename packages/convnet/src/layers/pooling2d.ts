/** Pooling by windows that slide over the image; options and defaults are those of Keras. */
import type { Padding, WindowOptions } from '@convnet/tensor';
import { paddingOption, positivePair, type Pair } from './options.ts';
import { PoolingLayer, type PoolingOperation } from './pooling-layer.ts';

/** Options of the layers that pool by windows. */
export interface Pooling2dOptions {
  /** Rows and columns of a window; default 2. */
  readonly poolSize?: Pair;
  /** Input positions from one window to the next; default `poolSize`. */
  readonly strides?: Pair;
  /** Default `valid`. With `same`, padding never wins, and no mean counts it. */
  readonly padding?: Padding;
  readonly name?: string;
}

/** Base class of such layers. */
export abstract class Pooling2d extends PoolingLayer {
  override readonly namePrefix = 'pool';
  readonly #options: {
    readonly poolSize: [number, number];
    readonly strides: [number, number];
    readonly padding: Padding;
  };

  /** @param type - the layer's, for messages. */
  constructor(options: Pooling2dOptions, operation: PoolingOperation, type: string) {
    super(options.name, operation);
    const poolSize = positivePair(options.poolSize ?? 2, `${type} poolSize`);
    this.#options = {
      poolSize,
      strides: positivePair(options.strides ?? poolSize, `${type} strides`),
      padding: paddingOption(options.padding ?? 'valid', `${type} padding`),
    };
  }

  protected override windows(): WindowOptions {
    return { ...this.#options, windowSize: this.#options.poolSize };
  }

  protected override options(): Record<string, unknown> {
    return { ...this.#options };
  }
}
