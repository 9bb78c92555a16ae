/**
 * What pooling layers have in common: each window of the input, channel by channel, becomes its
 * largest number or its mean.
 *
 *     input [N, H, W, C]   output [N, P, Q, C]
 *
 * Backward: the gradient of a largest number goes to the one input that it was, that of a mean to
 * all inputs in equal shares.
 */
import {
  windowGeometry,
  type Tensor,
  type WindowGeometry,
  type WindowOptions,
} from '@convnet/tensor';
import { Layer, type Signal } from './layer.ts';
import { imageInput } from './options.ts';

/** What becomes of a window. */
export type PoolingOperation = 'max' | 'average';

/** Base class of pooling layers. */
export abstract class PoolingLayer extends Layer {
  readonly #operation: PoolingOperation;
  #geometry!: WindowGeometry;
  #inputShape!: readonly [number, number, number];
  #positions: Int32Array | undefined;

  constructor(name: string | undefined, operation: PoolingOperation) {
    super(name);
    this.#operation = operation;
  }

  /** The windows over an input `[H, W, C]`. */
  protected abstract windows(input: readonly [number, number, number]): WindowOptions;

  protected override connect(input: Signal): Signal {
    this.#inputShape = imageInput(input, this.label);
    this.#geometry = windowGeometry(input.shape, this.windows(this.#inputShape), this.label);
    return { shape: this.#pooledShape };
  }

  get #pooledShape(): [number, number, number] {
    return [this.#geometry.outputHeight, this.#geometry.outputWidth, this.#inputShape[2]];
  }

  override forward(input: Tensor): Tensor {
    const N = input.shape[0]!;
    const output = this.workspace.tensor('output', N, this.#pooledShape);
    if (this.#operation === 'max') {
      this.#positions = this.workspace.indices('positions', N, this.#pooledShape);
      this.kernels.maxPool2d(input, output, this.#positions, this.#geometry);
    } else {
      this.kernels.averagePool2d(input, output, this.#geometry);
    }
    return output;
  }

  override backward(dOutput: Tensor): Tensor {
    const dInput = this.workspace.tensor('dInput', dOutput.shape[0]!, this.#inputShape);
    if (this.#positions) {
      this.trainingKernels.maxPool2dGradient(dOutput, this.#positions, dInput, this.#geometry);
    } else {
      this.trainingKernels.averagePool2dGradient(dOutput, dInput, this.#geometry);
    }
    return dInput;
  }

  override branches(): Int32Array | undefined {
    return this.#positions;
  }
}
