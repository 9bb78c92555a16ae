/**
 * Two-dimensional convolution, which finds the same small pattern anywhere; what the layers
 * `conv2d` and `depthwiseConv2d` compute.
 *
 *     output[n,p,q,k] = bias[k] + Σ_rsc input[n, p·stride + r·dilation − pad, q·stride + s·dilation − pad, c] · kernel[r,s,c,k]
 *
 *     input [N, H, W, C]   kernel [R, S, C/G, K]   bias [K]   output [N, P, Q, K]
 *
 * With G groups, channels and filters are cut into as many parts, and each part of the filters sees
 * its part of the channels only: the sum runs over C/G channels.
 *
 * Backward: every output adds `dOutput` to its filter's bias, `dOutput · input` to the kernel
 * entries it used and `dOutput · kernel` to the inputs it saw.
 */
import {
  coveredByWindows,
  windowGeometry,
  type Padding,
  type Shape,
  type Tensor,
  type WindowGeometry,
} from '@convnet/tensor/inference';
import { activationOption, type ActivationName } from './activation-option.ts';
import type { Gradient } from './gradient.ts';
import { Layer } from './layer.ts';
import type { Parameter, ParameterRequest } from './layer-tensors.ts';
import { imageInput, paddingOption, positivePair, type Pair } from './options.ts';
import type { Signal } from './signal.ts';
import { biasOptions, type Bias, type BiasOptions } from './weight-options.ts';

/** Options of all convolution layers. */
export interface ConvolutionOptions extends BiasOptions {
  /** Rows and columns of the kernel. */
  readonly kernelSize: Pair;
  /** Input positions from one output to the next; default 1. */
  readonly strides?: Pair;
  /** `valid` (default): only whole windows. `same`: zeros around, so that stride 1 keeps the size. */
  readonly padding?: Padding;
  /** Input positions between kernel entries; default 1. */
  readonly dilationRate?: Pair;
  /** Activation of the output, such as `relu`; default none. */
  readonly activation?: ActivationName;
  readonly name?: string;
}

/** The kernel that a layer asks for, and its shape `[R, S, C/G, K]`, if it is kept under another. */
export interface ConvolutionKernel extends ParameterRequest {
  readonly asGroups?: Shape;
}

/** What the forward pass leaves for the backward one. */
export interface ConvolutionLeft {
  readonly input: Tensor;
  readonly kernel: Tensor;
  readonly dKernel: Tensor;
  readonly dBias: Tensor | undefined;
  readonly geometry: WindowGeometry;
}

/** Base class of convolution layers. */
export abstract class Convolution extends Layer {
  readonly #window: {
    readonly kernelSize: [number, number];
    readonly strides: [number, number];
    readonly padding: Padding;
    readonly dilationRate: [number, number];
  };
  readonly #biasOptions: Bias;
  #geometry!: WindowGeometry;
  #kernel!: Parameter;
  /** `[R, S, C/G, K]` */
  #kernelShape!: Shape;
  #bias: Parameter | undefined;
  /** Of the input. */
  #channels!: number;
  #input!: Tensor;
  readonly #gradient: Gradient<ConvolutionLeft> | undefined;

  /**
   * @param where - the layer's type, for messages.
   * @param gradient - {@link convolutionGradient}; none in a network that only predicts.
   * @throws OptionError for impossible options.
   */
  constructor(options: ConvolutionOptions, where: string, gradient?: Gradient<ConvolutionLeft>) {
    super(options.name, activationOption(options.activation, where));
    this.#window = {
      kernelSize: positivePair(options.kernelSize, `${where} kernelSize`),
      strides: positivePair(options.strides ?? 1, `${where} strides`),
      padding: paddingOption(options.padding ?? 'valid', `${where} padding`),
      dilationRate: positivePair(options.dilationRate ?? 1, `${where} dilationRate`),
    };
    this.#biasOptions = biasOptions(options, where);
    this.#gradient = gradient;
  }

  override forward([input]: readonly [Tensor]): Tensor {
    const output = this.workspace.tensor('output', input.shape[0]!, this.#outputShape);
    const kernel = this.#kernel.value.reshape(this.#kernelShape);
    this.kernels.conv2d(input, kernel, this.#bias?.value ?? null, output, this.#geometry);
    this.#input = input;
    return output;
  }

  override backward(dOutput: Tensor, needsGradient: readonly boolean[]): readonly Tensor[] {
    const left = {
      input: this.#input,
      kernel: this.#kernel.value.reshape(this.#kernelShape),
      dKernel: this.#kernel.gradient.reshape(this.#kernelShape),
      dBias: this.#bias?.gradient,
      geometry: this.#geometry,
    };
    return this.backwardBy(this.#gradient, left, dOutput, needsGradient);
  }

  /** The kernel of `[R, S]` for an input with this many channels. */
  protected abstract kernelFor(
    size: readonly [number, number],
    channels: number,
  ): ConvolutionKernel;

  protected override connect([input]: readonly [Signal]): Signal {
    const channels = (this.#channels = imageInput(input, this.label)[2]);
    const { kernelSize } = this.#window;
    const { asGroups, ...kernel } = this.kernelFor(kernelSize, channels);
    const window = { ...this.#window, windowSize: kernelSize };
    this.#geometry = windowGeometry(input.shape, window, this.label);
    this.#kernelShape = asGroups ?? kernel.shape;
    this.#kernel = this.addParameter(kernel);
    const { initializer } = this.#biasOptions;
    if (initializer) {
      const shape = [this.#kernelShape.at(-1)!];
      this.#bias = this.addParameter({ ...kernelFans(kernel), name: 'bias', shape, initializer });
    }
    return { shape: this.#outputShape };
  }

  /** Where windows reach beyond the input, a copy of it with zeros around. */
  override scratchSize(): number {
    const { height, width } = coveredByWindows(this.#geometry);
    return height * width * this.#channels;
  }

  /** The kernel's shape `[R, S, C/G, K]`, and where it is placed on the input. */
  get convolution(): { readonly kernelShape: Shape; readonly geometry: WindowGeometry } {
    return { kernelShape: this.#kernelShape, geometry: this.#geometry };
  }

  get #outputShape(): Shape {
    const { outputHeight, outputWidth } = this.#geometry;
    return [outputHeight, outputWidth, this.#kernelShape.at(-1)!];
  }

  /** At each place of the output, every weight is used once. */
  override multiplyAdds(): number {
    const { outputHeight, outputWidth } = this.#geometry;
    return outputHeight * outputWidth * this.#kernel.value.size;
  }

  protected override options(): Record<string, unknown> {
    return { ...this.#window, ...this.#biasOptions.config };
  }
}

const kernelFans = ({ fanIn, fanOut }: ParameterRequest) => ({ fanIn, fanOut });

/** The backward pass: see the top of this file. */
export const convolutionGradient: Gradient<ConvolutionLeft> = (
  { input, kernel, dKernel, dBias, geometry, kernels, workspace, trainable },
  dOutput,
  [needsInputGradient],
) => {
  const [N, ...sample] = input.shape;
  const dInput = workspace.tensor('dInput', N!, sample);
  if (trainable) {
    kernels.conv2dKernelGradient(dOutput, input, dKernel, geometry);
    if (dBias) kernels.biasGradient(dOutput, dBias);
  }
  if (needsInputGradient) kernels.conv2dInputGradient(dOutput, kernel, dInput, geometry);
  return [dInput];
};
