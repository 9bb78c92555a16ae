/**
 * The kernel of a depthwise convolution, `[R, S, C, M]`: M filters for each of C channels, which see
 * that channel alone. Filter `c·M + m` is the m-th of channel c. It is a convolution of C groups, so
 * its weights lie in a file as those of PyTorch's `Conv2d` with `groups=C`: `[C·M, 1, R, S]`.
 */
import type { Shape } from '@convnet/tensor';
import type { InitializerName } from '../initializers.ts';
import type { Regularizer } from '../regularizers.ts';
import type { ParameterRequest } from './layer.ts';

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
