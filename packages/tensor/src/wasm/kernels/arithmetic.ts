/** Which convolutions are computed by tiles (emit/winograd, ADR 14), whatever computes them so. */
import { sizeOf, type Shape } from '../../shape.ts';
import type { WindowGeometry } from '../../window-geometry.ts';

/** How convolutions are computed: by tiles where that is less work, or all as their definition says. */
export type Arithmetic = 'fast' | 'direct';

/** Rows and columns of the kernels. */
const TAPS = 3;
/** Fewer channels or filters, and fewer outputs, are not worth the transforms. */
const FEWEST_CHANNELS = 8;
const FEWEST_OUTPUTS = 16;
/** A transformed kernel takes four times the memory of one as large as this, 36 MiB. */
const LARGEST_KERNEL = TAPS * TAPS * 512 * 512;

/**
 * Whether a convolution is computed by tiles, whatever the number of samples.
 * @param kernelShape - `[R, S, C, K]`
 */
export function isByTiles(
  arithmetic: Arithmetic,
  kernelShape: Shape,
  groups: number,
  g: WindowGeometry,
): boolean {
  const [R, S, C, K] = kernelShape as [number, number, number, number];
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = g;
  return (
    arithmetic === 'fast' &&
    groups === 1 &&
    R === TAPS &&
    S === TAPS &&
    [strideHeight, strideWidth, dilationHeight, dilationWidth].every((step) => step === 1) &&
    Math.min(C, K) >= FEWEST_CHANNELS &&
    sizeOf(kernelShape) <= LARGEST_KERNEL &&
    Math.min(g.outputHeight, g.outputWidth) > 1 &&
    g.outputHeight * g.outputWidth >= FEWEST_OUTPUTS
  );
}
