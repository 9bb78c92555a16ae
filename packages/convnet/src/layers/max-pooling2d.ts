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
import { windowGeometry, type Padding, type Tensor, type WindowGeometry } from '@convnet/tensor';
import { Layer, type Signal } from './layer.ts';
import { imageInput, paddingOption, positivePair, type Pair } from './options.ts';

/** Options of {@link maxPooling2d}. */
export interface MaxPooling2dOptions {
  /** Rows and columns of a window; default 2. */
  readonly poolSize?: Pair;
  /** Input positions from one window to the next; default `poolSize`. */
  readonly strides?: Pair;
  /** Default `valid`. With `same`, padding never wins. */
  readonly padding?: Padding;
  readonly name?: string;
}

/** See the top of this file. */
export class MaxPooling2d extends Layer {
  override readonly type = 'maxPooling2d';
  override readonly namePrefix = 'pool';
  readonly #options: {
    readonly poolSize: [number, number];
    readonly strides: [number, number];
    readonly padding: Padding;
  };
  #geometry!: WindowGeometry;
  #inputShape!: readonly [number, number, number];
  #positions!: Int32Array;

  constructor(options: MaxPooling2dOptions) {
    super(options.name);
    const poolSize = positivePair(options.poolSize ?? 2, 'maxPooling2d poolSize');
    this.#options = {
      poolSize,
      strides: positivePair(options.strides ?? poolSize, 'maxPooling2d strides'),
      padding: paddingOption(options.padding ?? 'valid', 'maxPooling2d padding'),
    };
  }

  protected override connect(input: Signal): Signal {
    this.#inputShape = imageInput(input, this.label);
    const window = { ...this.#options, windowSize: this.#options.poolSize };
    this.#geometry = windowGeometry(input.shape, window, this.label);
    return { shape: this.#outputShape };
  }

  get #outputShape(): [number, number, number] {
    return [this.#geometry.outputHeight, this.#geometry.outputWidth, this.#inputShape[2]];
  }

  override forward(input: Tensor): Tensor {
    const N = input.shape[0]!;
    const output = this.workspace.tensor('output', N, this.#outputShape);
    this.#positions = this.workspace.indices('positions', N, this.#outputShape);
    this.kernels.maxPool2d(input, output, this.#positions, this.#geometry);
    return output;
  }

  override backward(dOutput: Tensor): Tensor {
    const dInput = this.workspace.tensor('dInput', dOutput.shape[0]!, this.#inputShape);
    this.trainingKernels.maxPool2dGradient(dOutput, this.#positions, dInput, this.#geometry);
    return dInput;
  }

  override branches(): Int32Array {
    return this.#positions;
  }

  protected override options(): Record<string, unknown> {
    return { ...this.#options };
  }
}

/**
 * A max pooling layer.
 *
 * @throws LayerOptionError for impossible options.
 * @example
 * ```ts
 * maxPooling2d(); // [N, 26, 26, 32] → [N, 13, 13, 32]
 * ```
 */
export function maxPooling2d(options: MaxPooling2dOptions = {}): MaxPooling2d {
  return new MaxPooling2d(options);
}
