/**
 * A layer of filters, each of which looks for one pattern: `convolution.ts` tells what it computes.
 * Semantics and defaults are those of Keras' Conv2D.
 */
import { OptionError, positiveInteger, ShapeError } from '@convnet/tensor/inference';
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

/** Options of {@link conv2d}. */
export interface Conv2dOptions extends ConvolutionOptions {
  /** Number K of filters, and so of output channels. */
  readonly filters: number;
  /** Parts that channels and filters are cut into; divides both; default 1. */
  readonly groups?: number;
  /** How the kernel begins, by name or by a function that fills it; default `glorotUniform`. */
  readonly kernelInitializer?: InitializerOption;
  /** Penalty on large weights, such as `l2(1e-4)`; default none. */
  readonly kernelRegularizer?: Regularizer;
}

/** The layer that {@link conv2d} makes. */
export class Conv2d extends Convolution {
  override readonly type = 'conv2d';
  override readonly namePrefix = 'conv';
  readonly #filters: number;
  readonly #groups: number;
  readonly #weights: Weights;

  /** @param gradient - none in a network that only predicts. */
  constructor(options: Conv2dOptions, gradient?: Gradient<ConvolutionLeft>) {
    super(options, 'conv2d', gradient);
    this.#filters = sizeOption(options.filters, 'conv2d filters');
    this.#groups = positiveInteger(options.groups ?? 1, 'conv2d groups');
    this.#weights = weightOptions('kernel', options, 'conv2d');
    if (this.#filters % this.#groups > 0) {
      throw new OptionError(
        `conv2d groups: expected a divisor of the ${this.#filters} filters; received ${this.#groups}.`,
      );
    }
  }

  protected override kernelFor(
    [R, S]: readonly [number, number],
    channels: number,
  ): ConvolutionKernel {
    const [groups, K] = [this.#groups, this.#filters];
    if (channels % groups > 0) {
      throw new ShapeError(
        `${this.label}: expected channels that ${groups} groups divide; received ${channels} of them. Choose groups that divide the channels of the input.`,
      );
    }
    const C = channels / groups;
    return {
      name: 'weight',
      shape: [R, S, C, K],
      ...this.#weights,
      fanIn: R * S * C,
      fanOut: R * S * K,
      stored: { view: [R, S, C, K], axes: [3, 2, 0, 1], shape: [K, C, R, S] },
    };
  }

  protected override options(): Record<string, unknown> {
    return {
      ...super.options(),
      filters: this.#filters,
      // Files of releases without groups have none.
      groups: this.#groups > 1 ? this.#groups : undefined,
      ...this.#weights.config,
    };
  }
}

/**
 * A convolution layer.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * conv2d({ filters: 16, kernelSize: 3 }); // [N, 28, 28, 1] → [N, 26, 26, 16]
 * conv2d({ filters: 32, kernelSize: 3, groups: 4 }); // [N, 26, 26, 16] → [N, 24, 24, 32]
 * ```
 */
export function conv2d(options: Conv2dOptions): Conv2d {
  return layerOf(options, () => new Conv2d(options, convolutionGradient));
}
