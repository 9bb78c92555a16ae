/** Convolution as work. */
import type { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import type { Engine } from '../run/engine.ts';
import { kernelMatrix, padded, slide } from './sliding-window.ts';
import { spanOf, type Work } from '../run/work.ts';

/** `output = input ∗ kernel + bias`; in groups, one after the other. */
export function convolutionWork(
  engine: Engine,
  input: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  output: Tensor,
  geometry: WindowGeometry,
): Work[] {
  const [N, , , C] = input.shape as [number, number, number, number];
  const groups = C / kernel.shape[2]!;
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
