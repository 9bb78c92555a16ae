/**
 * Pooling: each window of the input, channel by channel, becomes its largest number or its mean.
 *
 *     input [N, H, W, C]   output [N, P, Q, C]
 *
 * Backward: the gradient of a largest number goes to the one input that it was, that of a mean to
 * all inputs in equal shares. Options and defaults are those of Keras.
 */
import {
  windowGeometry,
  type Padding,
  type Shape,
  type Tensor,
  type WindowGeometry,
  type WindowOptions,
} from '@convnet/tensor/inference';
import type { Gradient } from './gradient.ts';
import { Layer } from './layer.ts';
import { imageInput, paddingOption, positivePair, type Pair } from './options.ts';
import type { Signal } from './signal.ts';

/** A kind of pooling: what becomes of a window, and the layer's type. */
export interface PoolingKind {
  readonly type: string;
  readonly operation: 'max' | 'average';
  /** {@link poolingGradient}; none in a network that only predicts. */
  readonly gradient?: Gradient<PoolingLeft>;
}

/** What the forward pass leaves for the backward one. */
export interface PoolingLeft {
  readonly inputShape: Shape;
  readonly pooledShape: Shape;
  /** Of the largest numbers; none of means. */
  readonly positions: Int32Array | undefined;
  readonly geometry: WindowGeometry;
}

/** Base class of pooling layers. */
export abstract class Pooling extends Layer {
  override readonly type: string;
  readonly #operation: PoolingKind['operation'];
  #geometry!: WindowGeometry;
  #inputShape!: readonly [number, number, number];
  #positions: Int32Array | undefined;
  readonly #gradient: Gradient<PoolingLeft> | undefined;

  constructor({ type, operation, gradient }: PoolingKind, name: string | undefined) {
    super(name);
    this.type = type;
    this.#operation = operation;
    this.#gradient = gradient;
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

  override backward(dOutput: Tensor, needsGradient: readonly boolean[]): readonly Tensor[] {
    const left = {
      inputShape: this.#inputShape,
      pooledShape: this.#pooledShape,
      positions: this.#positions,
      geometry: this.#geometry,
    };
    return this.backwardBy(this.#gradient, left, dOutput, needsGradient);
  }

  /** The windows over an input `[H, W, C]`. */
  protected abstract windows(input: readonly [number, number, number]): WindowOptions;

  protected override connect([input]: readonly [Signal]): Signal {
    this.#inputShape = imageInput(input, this.label);
    this.#geometry = windowGeometry(input.shape, this.windows(this.#inputShape), this.label);
    return { shape: this.#pooledShape };
  }

  /** Where windows are placed on the input. */
  get geometry(): WindowGeometry {
    return this.#geometry;
  }

  get #pooledShape(): [number, number, number] {
    return [this.#geometry.outputHeight, this.#geometry.outputWidth, this.#inputShape[2]];
  }

  override branches(): Int32Array | undefined {
    return this.#positions;
  }
}

/** The backward pass: see the top of this file. */
export const poolingGradient: Gradient<PoolingLeft> = (
  { inputShape, pooledShape, positions, geometry, kernels, workspace },
  dOutput,
) => {
  const N = dOutput.shape[0]!;
  const dPooled = dOutput.reshape([N, ...pooledShape]);
  const dInput = workspace.tensor('dInput', N, inputShape);
  if (positions) kernels.maxPool2dGradient(dPooled, positions, dInput, geometry);
  else kernels.averagePool2dGradient(dPooled, dInput, geometry);
  return [dInput];
};

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
