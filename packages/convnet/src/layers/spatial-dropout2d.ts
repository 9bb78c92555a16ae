/**
 * Spatial dropout (Tompson et al. 2015): dropout of whole channels. Neighbours in an image are so
 * alike that dropping one of them alone hides nothing.
 *
 *     output[n,h,w,c] = input[n,h,w,c] · mask[n,c]        mask ∈ {0, 1 / (1 − rate)}
 */
import { perImageChannel, type Operand, type Shape, type Tensor } from '@convnet/tensor';
import { Dropout, type DropoutOptions } from './dropout.ts';
import type { Signal } from './signal.ts';
import { imageInput, layerOf } from './options.ts';

/** The layer that {@link spatialDropout2d} makes. */
export class SpatialDropout2d extends Dropout {
  override readonly type = 'spatialDropout2d';

  constructor(options: DropoutOptions) {
    super(options, 'spatialDropout2d');
  }

  protected override connect([input]: readonly [Signal]): Signal {
    imageInput(input, this.label);
    return input;
  }

  protected override maskShape(sample: Shape): Shape {
    return [sample.at(-1)!];
  }

  protected override spread(mask: Tensor): Operand {
    return perImageChannel(mask);
  }
}

/**
 * A dropout layer for whole channels of images.
 *
 * @throws OptionError unless 0 ≤ rate < 1.
 * @example
 * ```ts
 * [conv2d({ filters: 16, kernelSize: 3 }), relu(), spatialDropout2d({ rate: 0.1 })];
 * ```
 */
export function spatialDropout2d(options: DropoutOptions): SpatialDropout2d {
  return layerOf(options, () => new SpatialDropout2d(options));
}
