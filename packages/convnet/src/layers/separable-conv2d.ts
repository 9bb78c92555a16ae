/**
 * Separable convolution: a depthwise convolution, then one of 1 × 1 that mixes the channels.
 *
 *     between[n,p,q,c·M+m] = Σ_rs input[n, p·stride + r·dilation − pad, …, c] · depthwise[r,s,c,m]
 *     output[n,p,q,k]      = bias[k] + Σ_j between[n,p,q,j] · pointwise[j,k]
 *
 *     input [N, H, W, C]   depthwise [R, S, C, M]   pointwise [1, 1, C·M, K]   bias [K]   output [N, P, Q, K]
 *
 * Semantics and defaults are those of Keras' SeparableConv2D (Chollet 2017). In a file it is what
 * PyTorch would have as two modules: `depthwise.weight`, `pointwise.weight`, `pointwise.bias`.
 */
import { windowGeometry, type Tensor, type WindowGeometry } from '@convnet/tensor';
import { initializerNamed, type InitializerName } from '../initializers.ts';
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
import { imageInput, positiveInteger } from './options.ts';

/** Options of {@link separableConv2d}; those of windows are of its depthwise part. */
export interface SeparableConv2dOptions extends DepthwiseOptions {
  /** Number K of filters, and so of output channels. */
  readonly filters: number;
  /** Default `glorotUniform`. */
  readonly pointwiseInitializer?: InitializerName;
  /** What is added to the loss for large pointwise weights, such as `l2(1e-4)`; default nothing. */
  readonly pointwiseRegularizer?: Regularizer;
}

/** The layer that {@link separableConv2d} makes. */
export class SeparableConv2d extends ActivatedLayer {
  override readonly type = 'separableConv2d';
  override readonly namePrefix = 'separable';
  readonly #options: CheckedDepthwise &
    Required<Pick<SeparableConv2dOptions, 'filters' | 'pointwiseInitializer'>>;
  #windows!: WindowGeometry;
  #pixels!: WindowGeometry;
  #depthwise!: Parameter;
  #pointwise!: Parameter;
  #bias: Parameter | undefined;
  readonly #depthwiseRegularizer: Regularizer | undefined;
  readonly #pointwiseRegularizer: Regularizer | undefined;
  #input!: Tensor;
  #between!: Tensor;

  constructor(options: SeparableConv2dOptions) {
    super(options.name, options.activation, 'separableConv2d');
    this.#depthwiseRegularizer = regularizerOption(
      options.depthwiseRegularizer,
      'separableConv2d depthwiseRegularizer',
    );
    this.#pointwiseRegularizer = regularizerOption(
      options.pointwiseRegularizer,
      'separableConv2d pointwiseRegularizer',
    );
    this.#options = {
      ...depthwiseOptions(options, 'separableConv2d'),
      filters: positiveInteger(options.filters, 'separableConv2d filters'),
      pointwiseInitializer: options.pointwiseInitializer ?? 'glorotUniform',
    };
    initializerNamed(this.#options.pointwiseInitializer, 'separableConv2d pointwiseInitializer');
  }

  protected override connectLinear(input: Signal): Signal {
    const { filters: K, kernelSize, depthMultiplier, useBias } = this.#options;
    const { depthwiseInitializer, pointwiseInitializer } = this.#options;
    const [R, S] = kernelSize;
    const C = imageInput(input, this.label)[2];
    const window = { ...this.#options, windowSize: kernelSize };
    this.#windows = windowGeometry(input.shape, window, this.label);
    const { outputHeight: P, outputWidth: Q } = this.#windows;
    const between = C * depthMultiplier;
    const pixel = { windowSize: [1, 1], strides: [1, 1], padding: 'valid' } as const;
    this.#pixels = windowGeometry([P, Q, between], pixel, this.label);
    this.#depthwise = this.addParameter(
      depthwiseKernel(
        'depthwise.weight',
        [R, S, C, depthMultiplier],
        depthwiseInitializer,
        this.#depthwiseRegularizer,
      ),
    );
    const fans = { fanIn: between, fanOut: K };
    const shape = [1, 1, between, K];
    this.#pointwise = this.addParameter({
      name: 'pointwise.weight',
      shape,
      initializer: pointwiseInitializer,
      regularizer: this.#pointwiseRegularizer,
      ...fans,
      stored: { view: shape, axes: [3, 2, 0, 1], shape: [K, between, 1, 1] },
    });
    if (useBias) {
      const bias = { name: 'pointwise.bias', shape: [K], initializer: 'zeros', ...fans } as const;
      this.#bias = this.addParameter(bias);
    }
    return { shape: [P, Q, K] };
  }

  get #betweenShape(): [number, number, number] {
    const { outputHeight, outputWidth } = this.#windows;
    return [outputHeight, outputWidth, this.#pointwise.value.shape[2]!];
  }

  /** Those of both convolutions. */
  override multiplyAdds(): number {
    const { outputHeight, outputWidth } = this.#windows;
    return outputHeight * outputWidth * (this.#depthwise.value.size + this.#pointwise.value.size);
  }

  /** What lies between the two convolutions counts too. */
  override get activationSize(): number {
    const [P, Q, channels] = this.#betweenShape;
    return super.activationSize + P * Q * channels;
  }

  protected override forwardLinear(input: Tensor): Tensor {
    this.#input = input;
    const N = input.shape[0]!;
    const depthwise = this.#depthwise.value;
    const between = this.workspace.tensor('between', N, this.#betweenShape);
    const output = this.workspace.tensor('output', N, this.outputShape);
    const grouped = depthwise.reshape(asGroups(depthwise.shape));
    const bias = this.#bias?.value ?? null;
    this.kernels.conv2d(input, grouped, null, between, this.#windows);
    this.kernels.conv2d(between, this.#pointwise.value, bias, output, this.#pixels);
    this.#between = between;
    return output;
  }

  protected override backwardLinear(dOutput: Tensor, needsInputGradient: boolean): Tensor {
    const kernels = this.trainingKernels;
    const [N, ...sample] = this.#input.shape;
    const { value, gradient } = this.#depthwise;
    const shape = asGroups(value.shape);
    const dBetween = this.workspace.tensor('dBetween', N!, this.#betweenShape);
    const dInput = this.workspace.tensor('dInput', N!, sample);
    if (this.#bias) kernels.biasGradient(dOutput, this.#bias.gradient);
    kernels.conv2dKernelGradient(this.#between, dOutput, this.#pointwise.gradient, this.#pixels);
    kernels.conv2dInputGradient(dOutput, this.#pointwise.value, dBetween, this.#pixels);
    kernels.conv2dKernelGradient(this.#input, dBetween, gradient.reshape(shape), this.#windows);
    if (needsInputGradient) {
      kernels.conv2dInputGradient(dBetween, value.reshape(shape), dInput, this.#windows);
    }
    return dInput;
  }

  protected override optionsBeside(): Record<string, unknown> {
    const depthwiseRegularizer = this.#depthwiseRegularizer;
    const pointwiseRegularizer = this.#pointwiseRegularizer;
    return {
      ...this.#options,
      ...(depthwiseRegularizer && { depthwiseRegularizer }),
      ...(pointwiseRegularizer && { pointwiseRegularizer }),
    };
  }
}

/**
 * A separable convolution layer.
 *
 * @throws LayerOptionError for impossible options.
 * @example
 * ```ts
 * separableConv2d({ filters: 64, kernelSize: 3 }); // [N, 28, 28, 32] → [N, 26, 26, 64]
 * ```
 */
export function separableConv2d(options: SeparableConv2dOptions): SeparableConv2d {
  return new SeparableConv2d(options);
}
