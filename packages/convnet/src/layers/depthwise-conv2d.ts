/**
 * Depthwise convolution: each channel has M filters of its own, which see no other channel.
 *
 *     output[n,p,q,c·M+m] = bias[c·M+m] + Σ_rs input[n, p·stride + r·dilation − pad, …, c] · kernel[r,s,c,m]
 *
 *     input [N, H, W, C]   kernel [R, S, C, M]   bias [C·M]   output [N, P, Q, C·M]
 *
 * It takes C times fewer products than a convolution. Semantics and defaults are those of Keras'
 * DepthwiseConv2D (Chollet 2017; Howard et al. 2017), whose kernel starts smaller than that of a
 * convolution in groups: it counts R·S·C inputs for each output, though R·S influence it.
 */
import { windowGeometry, type Tensor, type WindowGeometry } from '@convnet/tensor';
import { regularizerOption, type Regularizer } from '../regularizers.ts';
import { ActivatedLayer } from './activated-layer.ts';
import {
  asGroups,
  depthwiseKernel,
  depthwiseOptions,
  type CheckedDepthwise,
  type DepthwiseOptions,
} from './depthwise-kernel.ts';
import type { Signal } from './layer.ts';
import type { Parameter } from './layer-tensors.ts';
import { imageInput } from './options.ts';

/** Options of {@link depthwiseConv2d}. */
export type DepthwiseConv2dOptions = DepthwiseOptions;

/** The layer that {@link depthwiseConv2d} makes. */
export class DepthwiseConv2d extends ActivatedLayer {
  override readonly type = 'depthwiseConv2d';
  override readonly namePrefix = 'depthwise';
  readonly #options: CheckedDepthwise;
  #geometry!: WindowGeometry;
  #kernel!: Parameter;
  #bias: Parameter | undefined;
  readonly #depthwiseRegularizer: Regularizer | undefined;
  #input!: Tensor;

  constructor(options: DepthwiseConv2dOptions) {
    super(options.name, options.activation, 'depthwiseConv2d');
    this.#depthwiseRegularizer = regularizerOption(
      options.depthwiseRegularizer,
      'depthwiseConv2d depthwiseRegularizer',
    );
    this.#options = depthwiseOptions(options, 'depthwiseConv2d');
  }

  protected override connectLinear(input: Signal): Signal {
    const { kernelSize, depthMultiplier, depthwiseInitializer, useBias } = this.#options;
    const [R, S] = kernelSize;
    const C = imageInput(input, this.label)[2];
    const window = { ...this.#options, windowSize: kernelSize };
    this.#geometry = windowGeometry(input.shape, window, this.label);
    const kernel = depthwiseKernel(
      'weight',
      [R, S, C, depthMultiplier],
      depthwiseInitializer,
      this.#depthwiseRegularizer,
    );
    this.#kernel = this.addParameter(kernel);
    const K = C * depthMultiplier;
    if (useBias) {
      const { fanIn, fanOut } = kernel;
      this.#bias = this.addParameter({
        name: 'bias',
        shape: [K],
        initializer: 'zeros',
        fanIn,
        fanOut,
      });
    }
    return { shape: [this.#geometry.outputHeight, this.#geometry.outputWidth, K] };
  }

  /** Each output is a sum of as many products as a window has positions. */
  override multiplyAdds(): number {
    const { outputHeight, outputWidth } = this.#geometry;
    return outputHeight * outputWidth * this.#kernel.value.size;
  }

  protected override forwardLinear(input: Tensor): Tensor {
    this.#input = input;
    const output = this.workspace.tensor('output', input.shape[0]!, [
      this.#geometry.outputHeight,
      this.#geometry.outputWidth,
      input.shape[3]! * this.#options.depthMultiplier,
    ]);
    const kernel = this.#kernel.value;
    const grouped = kernel.reshape(asGroups(kernel.shape));
    this.kernels.conv2d(input, grouped, this.#bias?.value ?? null, output, this.#geometry);
    return output;
  }

  protected override backwardLinear(dOutput: Tensor, needsInputGradient: boolean): Tensor {
    const kernels = this.trainingKernels;
    const { value, gradient } = this.#kernel;
    const shape = asGroups(value.shape);
    kernels.conv2dKernelGradient(this.#input, dOutput, gradient.reshape(shape), this.#geometry);
    if (this.#bias) kernels.biasGradient(dOutput, this.#bias.gradient);
    const [N, ...sample] = this.#input.shape;
    const dInput = this.workspace.tensor('dInput', N!, sample);
    if (needsInputGradient) {
      kernels.conv2dInputGradient(dOutput, value.reshape(shape), dInput, this.#geometry);
    }
    return dInput;
  }

  protected override optionsBeside(): Record<string, unknown> {
    const depthwiseRegularizer = this.#depthwiseRegularizer;
    return {
      ...this.#options,
      ...(depthwiseRegularizer && { depthwiseRegularizer }),
    };
  }
}

/**
 * A depthwise convolution layer.
 *
 * @throws LayerOptionError for impossible options.
 * @example
 * ```ts
 * depthwiseConv2d({ kernelSize: 3, padding: 'same' }); // [N, 28, 28, 32] → [N, 28, 28, 32]
 * depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }); // [N, 28, 28, 32] → [N, 26, 26, 64]
 * ```
 */
export function depthwiseConv2d(options: DepthwiseConv2dOptions): DepthwiseConv2d {
  return new DepthwiseConv2d(options);
}
