/** Convolution as work, in whatever groups: depthwise if each channel is a group of its own. */
import type { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import type { Engine } from '../run/engine.ts';
import type { Work } from '../run/work.ts';
import { convolutionWork, type FasterConvolutions } from './conv2d.ts';
import { depthwiseConvolutionWork } from './depthwise-convolution.ts';

/** `output = input ∗ kernel + bias` */
export function groupedConvolutionWork(
  engine: Engine,
  faster: FasterConvolutions,
  input: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  output: Tensor,
  geometry: WindowGeometry,
): readonly Work[] {
  const isDepthwise = kernel.shape[2] === 1 && input.shape[3]! > 1;
  return isDepthwise
    ? [depthwiseConvolutionWork(engine, input, kernel, bias, output, geometry)]
    : convolutionWork(engine, faster, input, kernel, bias, output, geometry);
}
