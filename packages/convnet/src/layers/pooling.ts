/**
 * Pooling: each window of the input, channel by channel, becomes its largest number or its mean.
 *
 *     input [N, H, W, C]   output [N, P, Q, C]
 *
 * Backward: the gradient of a largest number goes to the one input that it was, that of a mean to
 * all inputs in equal shares. Options and defaults are those of Keras.
 */
import {
  booleanOption,
  windowGeometry,
  type Padding,
  type Tensor,
  type WindowGeometry,
  type WindowOptions,
} from '@convnet/tensor';
import { Layer } from './layer.ts';
import { imageInput, paddingOption, positivePair, type Pair } from './options.ts';
import type { Signal } from './signal.ts';

/** A kind of pooling: what becomes of a window, and the layer's type. */
export interface PoolingKind {
  readonly type: string;
  readonly operation: 'max' | 'average';
}

/** Base class of pooling layers. */
abstract class Pooling extends Layer {
  override readonly type: string;
  readonly #operation: PoolingKind['operation'];
  #geometry!: WindowGeometry;
  #inputShape!: readonly [number, number, number];
  #positions: Int32Array | undefined;

  constructor({ type, operation }: PoolingKind, name: string | undefined) {
    super(name);
    this.type = type;
    this.#operation = operation;
  }

  override forward([input]: readonly [Tensor]): Tensor {
    const N = input.shape[0]!;
    const output = this.workspace.tensor('output', N, this.#pooledShape);
    if (this.#operation === 'max') {
      this.#positions = this.workspace.indices('positions', N, this.#pooledShape);
      this.kernels.maxPool2d(input, output, this.#positions, this.#geometry);
    } else {
      this.kernels.averagePool2d(input, output, this.#geometry);
    }
    return output.reshape([N, ...this.outputShape]);
  }

  override backward(dOutput: Tensor): readonly [Tensor] {
    const N = dOutput.shape[0]!;
    const dPooled = dOutput.reshape([N, ...this.#pooledShape]);
    const dInput = this.workspace.tensor('dInput', N, this.#inputShape);
    if (this.#positions) {
      this.trainingKernels.maxPool2dGradient(dPooled, this.#positions, dInput, this.#geometry);
    } else {
      this.trainingKernels.averagePool2dGradient(dPooled, dInput, this.#geometry);
    }
    return [dInput];
  }

  /** The windows over an input `[H, W, C]`. */
  protected abstract windows(input: readonly [number, number, number]): WindowOptions;

  protected override connect([input]: readonly [Signal]): Signal {
    this.#inputShape = imageInput(input, this.label);
    this.#geometry = windowGeometry(input.shape, this.windows(this.#inputShape), this.label);
    return { shape: this.#pooledShape };
  }

  get #pooledShape(): [number, number, number] {
    return [this.#geometry.outputHeight, this.#geometry.outputWidth, this.#inputShape[2]];
  }

  override branches(): Int32Array | undefined {
    return this.#positions;
  }
}

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

/** A layer that pools by windows which slide over the image. */
export class Pooling2d extends Pooling {
  override readonly namePrefix = 'pool';
  readonly #options: {
    readonly poolSize: [number, number];
    readonly strides: [number, number];
    readonly padding: Padding;
  };

  constructor(kind: PoolingKind, options: Pooling2dOptions) {
    super(kind, options.name);
    const poolSize = positivePair(options.poolSize ?? 2, `${kind.type} poolSize`);
    this.#options = {
      poolSize,
      strides: positivePair(options.strides ?? poolSize, `${kind.type} strides`),
      padding: paddingOption(options.padding ?? 'valid', `${kind.type} padding`),
    };
  }

  protected override windows(): WindowOptions {
    return { ...this.#options, windowSize: this.#options.poolSize };
  }

  protected override options(): Record<string, unknown> {
    return { ...this.#options };
  }
}

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
