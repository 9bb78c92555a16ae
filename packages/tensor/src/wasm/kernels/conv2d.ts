/** Convolution as work. */
import type { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import { depthwiseConvolutionWork } from './depthwise-convolution.ts';
import type { Engine } from '../run/engine.ts';
import { slide } from './slide.ts';
import { kernelMatrix, padded } from './sliding-window.ts';
import { spanOf, type Work } from '../run/work.ts';
import { isByTiles, type Arithmetic } from './tiled-images.ts';
import { transformedKernel } from './transformed-kernel.ts';
import { convolutionByTiles } from './winograd-conv2d.ts';

/** `output = input ∗ kernel + bias`; in groups, one after the other, or depthwise. */
export function convolutionWork(
  engine: Engine,
  arithmetic: Arithmetic,
  input: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  output: Tensor,
  geometry: WindowGeometry,
): Work[] {
  const [N, , , C] = input.shape as [number, number, number, number];
  const groups = C / kernel.shape[2]!;
  if (groups === C && C > 1)
    return [depthwiseConvolutionWork(engine, input, kernel, bias, output, geometry)];
  if (isByTiles(arithmetic, kernel.shape, groups, geometry)) {
    const K = kernel.shape[3]!;
    const transformed = transformedKernel(engine, {
      span: spanOf(kernel.data),
      channels: C,
      filters: K,
      steps: { filter: 1, channel: K, tap: C * K },
      isFlipped: false,
      key: kernel.shape.join(),
    });
    const sliding = convolutionByTiles(engine, {
      input,
      kernel: transformed.span,
      bias: bias ? spanOf(bias.data) : undefined,
      filters: K,
      output: spanOf(output.data),
      geometry,
    });
    return [transformed.work, sliding];
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
  });
  return [...field.work, ...matrix.work, sliding];
}
