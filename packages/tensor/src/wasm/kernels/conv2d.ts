/** Convolution as work. */
import type { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import type { Engine } from '../run/engine.ts';
import { spanOf, type Work } from '../run/work.ts';
import { isByTiles } from './arithmetic.ts';
import { slide } from './slide.ts';
import { kernelMatrix, padded, type PooledSlide } from './sliding-window.ts';

/** `output = input ∗ kernel + bias` as work. */
export type ConvolutionWork = (
  engine: Engine,
  input: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  output: Tensor,
  geometry: WindowGeometry,
) => Work[];

/** Faster ways to compute some convolutions. */
export interface FasterConvolutions {
  /** By tiles; without it, all are computed as their definition says, to other bits. */
  byTiles?: ConvolutionWork;
  /** With the max pooling behind them; without it, that is work of its own. */
  pooledSlide?: PooledSlide;
}

/** `output = input ∗ kernel + bias`; in groups, one after the other. */
export function convolutionWork(
  engine: Engine,
  { byTiles, pooledSlide }: FasterConvolutions,
  ...operands: readonly [
    input: Tensor,
    kernel: Tensor,
    bias: Tensor | null,
    output: Tensor,
    geometry: WindowGeometry,
  ]
): Work[] {
  const [input, kernel, bias, output, geometry] = operands;
  const [N, , , C] = input.shape as [number, number, number, number];
  const groups = C / kernel.shape[2]!;
  if (byTiles && isByTiles('fast', kernel.shape, groups, geometry)) {
    return byTiles(engine, ...operands);
  }
  const field = padded(engine, input, geometry);
  const matrix = kernelMatrix(engine, kernel, N, groups);
  const sliding = slide(engine, {
    field,
    kernel: matrix,
    kernelShape: kernel.shape,
    groups,
    bias: bias ? spanOf(bias.data) : undefined,
    outputShape: output.shape,
    output: spanOf(output.data),
    geometry,
    pooledSlide,
  });
  return [...field.work, ...matrix.work, sliding];
}
