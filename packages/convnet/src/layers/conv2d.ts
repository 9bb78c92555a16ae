/**
 * Two-dimensional convolution, the layer that finds the same small pattern anywhere.
 *
 *     output[n,p,q,k] = bias[k] + Σ_rsc input[n, p·stride + r − pad, q·stride + s − pad, c] · kernel[r,s,c,k]
 *
 *     input [N, H, W, C]   kernel [R, S, C/G, K]   bias [K]   output [N, P, Q, K]
 *
 * With G groups, channels and filters are cut into as many parts, and each part of the filters sees
 * its part of the channels only: the sum runs over C/G channels.
 *
 * Backward: every output adds `dOutput` to its filter's bias, `dOutput · input` to the kernel
 * entries it used and `dOutput · kernel` to the inputs it saw. Semantics and defaults are those
 * of Keras' Conv2D.
 */
import { ShapeError, windowGeometry, type Tensor, type WindowGeometry } from '@convnet/tensor';
import { initializerNamed, type InitializerName } from '../initializers.ts';
import { regularizerOption, type Regularizer } from '../regularizers.ts';
import { ActivatedLayer } from './activated-layer.ts';
import {
  convolutionOptions,
  type CheckedConvolution,
  type ConvolutionOptions,
} from './convolution-options.ts';
import type { Signal } from './layer.ts';
import type { Parameter } from './layer-tensors.ts';
import { imageInput, LayerOptionError, positiveInteger } from './options.ts';

/** Options of {@link conv2d}. */
export interface Conv2dOptions extends ConvolutionOptions {
  /** Number K of filters, and so of output channels. */
  readonly filters: number;
  /** Parts that channels and filters are cut into; divides both; default 1. */
  readonly groups?: number;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerName;
  /** What is added to the loss for large weights, such as `l2(1e-4)`; default nothing. */
  readonly kernelRegularizer?: Regularizer;
}

/** The layer that {@link conv2d} makes. */
export class Conv2d extends ActivatedLayer {
  override readonly type = 'conv2d';
  override readonly namePrefix = 'conv';
  readonly #options: CheckedConvolution &
    Required<Pick<Conv2dOptions, 'filters' | 'groups' | 'kernelInitializer'>>;
  #geometry!: WindowGeometry;
  readonly #regularizer: Regularizer | undefined;
  #kernel!: Parameter;
  #bias: Parameter | undefined;
  #input!: Tensor;

  constructor(options: Conv2dOptions) {
    super(options.name, options.activation, 'conv2d');
    this.#regularizer = regularizerOption(options.kernelRegularizer, 'conv2d kernelRegularizer');
    this.#options = {
      ...convolutionOptions(options, 'conv2d'),
      filters: positiveInteger(options.filters, 'conv2d filters'),
      groups: positiveInteger(options.groups ?? 1, 'conv2d groups'),
      kernelInitializer: options.kernelInitializer ?? 'glorotUniform',
    };
    initializerNamed(this.#options.kernelInitializer, 'conv2d kernelInitializer');
    const { filters, groups } = this.#options;
    if (filters % groups > 0) {
      throw new LayerOptionError(
        `conv2d groups: expected a divisor of the ${filters} filters; received ${groups}.`,
      );
    }
  }

  protected override connectLinear(input: Signal): Signal {
    const { filters: K, kernelSize, groups, kernelInitializer, useBias } = this.#options;
    const [R, S] = kernelSize;
    const channels = imageInput(input, this.label)[2];
    if (channels % groups > 0) {
      throw new ShapeError(
        `${this.label}: expected channels that ${groups} groups divide; received ${channels} of them. Choose groups that divide the channels of the input.`,
      );
    }
    const C = channels / groups;
    this.#geometry = windowGeometry(
      input.shape,
      { ...this.#options, windowSize: kernelSize },
      this.label,
    );
    const fans = { fanIn: R * S * C, fanOut: R * S * K };
    this.#kernel = this.addParameter({
      name: 'weight',
      shape: [R, S, C, K],
      initializer: initializerNamed(kernelInitializer, `${this.label} kernelInitializer`),
      regularizer: this.#regularizer,
      ...fans,
      stored: { view: [R, S, C, K], axes: [3, 2, 0, 1], shape: [K, C, R, S] },
    });
    if (useBias) {
      const initializer = initializerNamed('zeros', this.label);
      this.#bias = this.addParameter({ name: 'bias', shape: [K], initializer, ...fans });
    }
    return { shape: [this.#geometry.outputHeight, this.#geometry.outputWidth, K] };
  }

  /** Each output is a sum of as many products as its filter has weights. */
  override multiplyAdds(): number {
    const { outputHeight, outputWidth } = this.#geometry;
    return outputHeight * outputWidth * this.#kernel.value.size;
  }

  protected override forwardLinear(input: Tensor): Tensor {
    this.#input = input;
    const { outputHeight, outputWidth } = this.#geometry;
    const output = this.workspace.tensor('output', input.shape[0]!, [
      outputHeight,
      outputWidth,
      this.#options.filters,
    ]);
    const bias = this.#bias?.value ?? null;
    this.kernels.conv2d(input, this.#kernel.value, bias, output, this.#geometry);
    return output;
  }

  protected override backwardLinear(dOutput: Tensor, needsInputGradient: boolean): Tensor {
    const kernels = this.trainingKernels;
    kernels.conv2dKernelGradient(this.#input, dOutput, this.#kernel.gradient, this.#geometry);
    if (this.#bias) kernels.biasGradient(dOutput, this.#bias.gradient);
    const [N, ...sample] = this.#input.shape;
    const dInput = this.workspace.tensor('dInput', N!, sample);
    if (needsInputGradient) {
      kernels.conv2dInputGradient(dOutput, this.#kernel.value, dInput, this.#geometry);
    }
    return dInput;
  }

  protected override optionsBeside(): Record<string, unknown> {
    const kernelRegularizer = this.#regularizer;
    const { groups, ...options } = this.#options;
    return {
      ...options,
      // Files of releases without groups have none.
      ...(groups > 1 && { groups }),
      ...(kernelRegularizer && { kernelRegularizer }),
    };
  }
}

/**
 * A convolution layer.
 *
 * @throws LayerOptionError for impossible options.
 * @example
 * ```ts
 * conv2d({ filters: 16, kernelSize: 3 }); // [N, 28, 28, 1] → [N, 26, 26, 16]
 * conv2d({ filters: 32, kernelSize: 3, groups: 4 }); // [N, 26, 26, 16] → [N, 24, 24, 32]
 * ```
 */
export function conv2d(options: Conv2dOptions): Conv2d {
  return new Conv2d(options);
}
