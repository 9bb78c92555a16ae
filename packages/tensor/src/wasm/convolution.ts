/** Convolution as work. */
import type { Tensor } from '../tensor.ts';
import type { WindowGeometry } from '../window-geometry.ts';
import type { Engine } from './engine.ts';
import { kernelMatrix, padded, slide } from './sliding-window.ts';
import { spanOf, type Work } from './work.ts';

/** `output = input ∗ kernel + bias`. */
export function convolutionWork(
  engine: Engine,
  input: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  output: Tensor,
  geometry: WindowGeometry,
): Work[] {
  const field = padded(engine, input, geometry);
  const matrix = kernelMatrix(engine, kernel, input.shape[0]!);
  const sliding = slide(engine, {
    field,
    kernel: matrix,
    kernelShape: kernel.shape,
    bias: bias ? spanOf(bias.data) : undefined,
    outputShape: output.shape,
    output: spanOf(output.data),
    geometry,
  });
  return [...field.work, ...matrix.work, sliding];
}
