/**
 * The kernel of a depthwise convolution, `[R, S, C, M]`: M filters for each of C channels, which see
 * that channel alone; and the options that layers have for it. Filter `c·M + m` is the m-th of
 * channel c. It is a convolution of C groups, so its weights lie in a file as those of PyTorch's
 * `Conv2d` with `groups=C`: `[C·M, 1, R, S]`.
 */
import type { Shape } from '@convnet/tensor';
import { initializerNamed, type InitializerName } from '../initializers.ts';
import type { Regularizer } from '../regularizers.ts';
import {
  convolutionOptions,
  type CheckedConvolution,
  type ConvolutionOptions,
} from './convolution-options.ts';
import type { ParameterRequest } from './layer-tensors.ts';
import { positiveInteger } from './options.ts';

/** Options of layers with such a kernel. */
export interface DepthwiseOptions extends ConvolutionOptions {
  /** Number M of filters for each channel; default 1. */
  readonly depthMultiplier?: number;
  /** Default `glorotUniform`. */
  readonly depthwiseInitializer?: InitializerName;
  /** What is added to the loss for large depthwise weights, such as `l2(1e-4)`; default nothing. */
  readonly depthwiseRegularizer?: Regularizer;
}

/** Those of them that a configuration lists beside name and activation. */
export type CheckedDepthwise = CheckedConvolution &
  Required<Pick<DepthwiseOptions, 'depthMultiplier' | 'depthwiseInitializer'>>;

/**
 * Fills in defaults.
 * @param where - the layer's type, for messages.
 * @throws LayerOptionError for impossible options.
 */
export function depthwiseOptions(options: DepthwiseOptions, where: string): CheckedDepthwise {
  const { depthMultiplier = 1, depthwiseInitializer = 'glorotUniform' } = options;
  initializerNamed(depthwiseInitializer, `${where} depthwiseInitializer`);
  return {
    ...convolutionOptions(options, where),
    depthMultiplier: positiveInteger(depthMultiplier, `${where} depthMultiplier`),
    depthwiseInitializer,
  };
}

/** What the kernel's shape `[R, S, C, M]` says of it; the fans are those that Keras counts. */
export function depthwiseKernel(
  name: string,
  [R, S, C, M]: readonly [number, number, number, number],
  initializer: InitializerName,
  regularizer: Regularizer | undefined,
): ParameterRequest {
  return {
    name,
    shape: [R, S, C, M],
    initializer,
    regularizer,
    fanIn: R * S * C,
    fanOut: R * S * M,
    stored: { view: [R, S, C * M], axes: [2, 0, 1], shape: [C * M, 1, R, S] },
  };
}

/** The same weights as the kernel of a convolution of C groups. */
export const asGroups = ([R, S, C, M]: Shape): Shape => [R!, S!, 1, C! * M!];
