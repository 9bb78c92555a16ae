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
import type { Tensor } from '@convnet/tensor/inference';
import type { InitializerOption } from '../initializer-option.ts';
import type { Regularizer } from '../regularizers.ts';
import { activationOption } from './activation-option.ts';
import { Conv2d } from './conv2d.ts';
import { convolutionGradient, type ConvolutionLeft } from './convolution.ts';
import { DepthwiseConv2d, type DepthwiseConv2dOptions } from './depthwise-conv2d.ts';
import type { Gradient } from './gradient.ts';
import { Layer } from './layer.ts';
import type { Parameter } from './layer-tensors.ts';
import type { Signal } from './signal.ts';
import { biasOptions, weightOptions } from './weight-options.ts';
import { layerOf, sizeOption } from './options.ts';

/** Options of {@link separableConv2d}; those of windows are of its depthwise part. */
export interface SeparableConv2dOptions extends DepthwiseConv2dOptions {
  /** Number K of filters, and so of output channels. */
  readonly filters: number;
  /** How the pointwise kernel begins, by name or by a function that fills it; default `glorotUniform`. */
  readonly pointwiseInitializer?: InitializerOption;
  /** Penalty on large pointwise weights, such as `l2(1e-4)`; default none. */
  readonly pointwiseRegularizer?: Regularizer;
}

/** The layer that {@link separableConv2d} makes. */
export class SeparableConv2d extends Layer {
  override readonly type = 'separableConv2d';
  override readonly namePrefix = 'separable';
  readonly #depthwise: DepthwiseConv2d;
  readonly #pointwise: Conv2d;
  readonly #config: Readonly<Record<string, unknown>>;
  #parameters: readonly Parameter[] = [];

  /** @param gradient - none in a network that only predicts. */
  constructor(options: SeparableConv2dOptions, gradient?: Gradient<ConvolutionLeft>) {
    const where = 'separableConv2d';
    super(options.name, activationOption(options.activation, where));
    const filters = sizeOption(options.filters, `${where} filters`);
    const pointwise = weightOptions('pointwise', options, where);
    const bias = biasOptions(options, where);
    const { useBias = true, biasInitializer = 'zeros' } = options;
    const withoutRest = { useBias: false, activation: 'linear' } as const;
    this.#depthwise = new DepthwiseConv2d({ ...options, ...withoutRest }, gradient, where);
    this.#pointwise = new Conv2d(
      {
        filters,
        kernelSize: 1,
        useBias,
        biasInitializer,
        kernelInitializer: pointwise.initializer,
        ...(pointwise.regularizer && { kernelRegularizer: pointwise.regularizer }),
      },
      gradient,
    );
    this.#config = { filters, ...pointwise.config, ...bias.config };
  }

  override forward([input]: readonly [Tensor]): Tensor {
    const between = this.#depthwise.forward([input]);
    return this.#pointwise.forward([between]);
  }

  override backward(dOutput: Tensor, needsGradient: readonly boolean[]): readonly Tensor[] {
    for (const layer of [this.#depthwise, this.#pointwise]) layer.trainable = this.trainable;
    const [dBetween] = this.#pointwise.backward(dOutput, [true]);
    return this.#depthwise.backward(dBetween!, needsGradient);
  }

  protected override connect(inputs: readonly [Signal]): Signal {
    this.#depthwise.name = `${this.name}.depthwise`;
    this.#pointwise.name = `${this.name}.pointwise`;
    const between = this.#depthwise.build(inputs, this.context);
    const output = this.#pointwise.build([between], this.context);
    const named = (part: string, { parameters }: Layer): Parameter[] =>
      parameters.map((parameter) => ({ ...parameter, name: `${part}.${parameter.name}` }));
    this.#parameters = [
      ...named('depthwise', this.#depthwise),
      ...named('pointwise', this.#pointwise),
    ];
    return output;
  }

  /** Those of both convolutions. */
  override get parameters(): readonly Parameter[] {
    return this.#parameters;
  }

  /** Those of both convolutions. */
  override multiplyAdds(): number {
    return this.#depthwise.multiplyAdds() + this.#pointwise.multiplyAdds();
  }

  /** The tensor between the two convolutions counts too. */
  override get activationSize(): number {
    return super.activationSize + this.#depthwise.activationSize;
  }

  override scratchSize(): number {
    return this.#depthwise.scratchSize() + this.#pointwise.scratchSize();
  }

  protected override options(): Record<string, unknown> {
    return { ...this.#depthwise.config(), ...this.#config };
  }
}

/**
 * A separable convolution layer.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * separableConv2d({ filters: 64, kernelSize: 3 }); // [N, 28, 28, 32] → [N, 26, 26, 64]
 * ```
 */
export function separableConv2d(options: SeparableConv2dOptions): SeparableConv2d {
  return layerOf(options, () => new SeparableConv2d(options, convolutionGradient));
}
