/**
 * Depthwise convolution: each channel has M filters of its own, which see no other channel.
 *
 *     output[n,p,q,c·M+m] = bias[c·M+m] + Σ_rs input[n, p·stride + r·dilation − pad, …, c] · kernel[r,s,c,m]
 *
 *     input [N, H, W, C]   kernel [R, S, C, M]   bias [C·M]   output [N, P, Q, C·M]
 *
 * It is a convolution of C groups, see `convolution.ts`, and takes C times fewer products than one
 * of all channels. Its weights lie in a file as those of PyTorch's `Conv2d` with `groups=C`:
 * `[C·M, 1, R, S]`. Semantics and defaults are those of Keras' DepthwiseConv2D (Chollet 2017; Howard
 * et al. 2017), whose kernel starts smaller than that of a convolution in groups: it counts R·S·C
 * inputs for each output, though R·S influence it.
 */
import type { InitializerOption } from '../initializer-option.ts';
import type { Regularizer } from '../regularizers.ts';
import {
  Convolution,
  convolutionGradient,
  type ConvolutionKernel,
  type ConvolutionLeft,
  type ConvolutionOptions,
} from './convolution.ts';
import type { Gradient } from './gradient.ts';
import { weightOptions, type Weights } from './weight-options.ts';
import { layerOf, sizeOption } from './options.ts';

/** Options of {@link depthwiseConv2d}. */
export interface DepthwiseConv2dOptions extends ConvolutionOptions {
  /** Number M of filters for each channel; default 1. */
  readonly depthMultiplier?: number;
  /** How the depthwise kernel begins, by name or by a function that fills it; default `glorotUniform`. */
  readonly depthwiseInitializer?: InitializerOption;
  /** Penalty on large depthwise weights, such as `l2(1e-4)`; default none. */
  readonly depthwiseRegularizer?: Regularizer;
}

/** The layer that {@link depthwiseConv2d} makes. */
export class DepthwiseConv2d extends Convolution {
  override readonly type = 'depthwiseConv2d';
  override readonly namePrefix = 'depthwise';
  readonly #depthMultiplier: number;
  readonly #weights: Weights;

  /**
   * @param gradient - none in a network that only predicts.
   * @param where - the layer's type, for messages.
   */
  constructor(
    options: DepthwiseConv2dOptions,
    gradient?: Gradient<ConvolutionLeft>,
    where = 'depthwiseConv2d',
  ) {
    super(options, where, gradient);
    const { depthMultiplier = 1 } = options;
    this.#depthMultiplier = sizeOption(depthMultiplier, `${where} depthMultiplier`);
    this.#weights = weightOptions('depthwise', options, where);
  }

  protected override kernelFor([R, S]: readonly [number, number], C: number): ConvolutionKernel {
    const M = this.#depthMultiplier;
    return {
      name: 'weight',
      shape: [R, S, C, M],
      asGroups: [R, S, 1, C * M],
      ...this.#weights,
      fanIn: R * S * C,
      fanOut: R * S * M,
      stored: { view: [R, S, C * M], axes: [2, 0, 1], shape: [C * M, 1, R, S] },
    };
  }

  protected override options(): Record<string, unknown> {
    const depthMultiplier = this.#depthMultiplier;
    return { ...super.options(), depthMultiplier, ...this.#weights.config };
  }
}

/**
 * A depthwise convolution layer.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * depthwiseConv2d({ kernelSize: 3, padding: 'same' }); // [N, 28, 28, 32] → [N, 28, 28, 32]
 * depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }); // [N, 28, 28, 32] → [N, 26, 26, 64]
 * ```
 */
export function depthwiseConv2d(options: DepthwiseConv2dOptions): DepthwiseConv2d {
  return layerOf(options, () => new DepthwiseConv2d(options, convolutionGradient));
}
