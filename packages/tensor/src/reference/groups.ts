/**
 * Convolution in groups: channels and filters are cut into G parts, and each part of the filters sees
 * its part of the channels only. So it is G convolutions side by side.
 *
 *     input [N, H, W, C]      kernel [R, S, C/G, K]      output [N, P, Q, K]
 *
 * G follows from the shapes. With G = C each filter sees one channel, which is called depthwise.
 */
import { Tensor } from '../tensor.ts';
import type { WindowGeometry } from '../window-geometry.ts';
import * as plain from './conv2d.ts';
import * as gradients from './conv2d-gradients.ts';

const groupsOf = (input: Tensor, kernel: Tensor): number => input.shape[3]! / kernel.shape[2]!;

/** Part `i` of `count` equal ones of the last axis, as a copy. */
function partOf(whole: Tensor, i: number, count: number): Tensor {
  const length = whole.shape.at(-1)!;
  const own = length / count;
  const part = Tensor.zeros([...whole.shape.slice(0, -1), own], whole.dtype);
  for (let row = 0; row * own < part.size; row++) {
    const from = row * length + i * own;
    part.data.set(whole.data.subarray(from, from + own), row * own);
  }
  return part;
}

/** Puts a part back where {@link partOf} took it from. */
function putPart(whole: Tensor, part: Tensor, i: number): void {
  const length = whole.shape.at(-1)!;
  const own = part.shape.at(-1)!;
  for (let row = 0; row * own < part.size; row++) {
    const values = part.data.subarray(row * own, (row + 1) * own);
    whole.data.set(values, row * length + i * own);
  }
}

/** `Kernels.conv2d` */
export function conv2d(
  input: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  output: Tensor,
  geometry: WindowGeometry,
): void {
  const G = groupsOf(input, kernel);
  if (G === 1) {
    plain.conv2d(input, kernel, bias, output, geometry);
    return;
  }
  for (let g = 0; g < G; g++) {
    const of = (whole: Tensor): Tensor => partOf(whole, g, G);
    const part = of(output);
    plain.conv2d(of(input), of(kernel), bias && of(bias), part, geometry);
    putPart(output, part, g);
  }
}

/** `Kernels.conv2dInputGradient` */
export function conv2dInputGradient(
  dOutput: Tensor,
  kernel: Tensor,
  dInput: Tensor,
  geometry: WindowGeometry,
): void {
  const G = groupsOf(dInput, kernel);
  if (G === 1) {
    gradients.conv2dInputGradient(dOutput, kernel, dInput, geometry);
    return;
  }
  for (let g = 0; g < G; g++) {
    const of = (whole: Tensor): Tensor => partOf(whole, g, G);
    const part = of(dInput);
    gradients.conv2dInputGradient(of(dOutput), of(kernel), part, geometry);
    putPart(dInput, part, g);
  }
}

/** `Kernels.conv2dKernelGradient` */
export function conv2dKernelGradient(
  dOutput: Tensor,
  input: Tensor,
  dKernel: Tensor,
  geometry: WindowGeometry,
): void {
  const G = groupsOf(input, dKernel);
  if (G === 1) {
    gradients.conv2dKernelGradient(dOutput, input, dKernel, geometry);
    return;
  }
  for (let g = 0; g < G; g++) {
    const of = (whole: Tensor): Tensor => partOf(whole, g, G);
    const part = of(dKernel);
    gradients.conv2dKernelGradient(of(dOutput), of(input), part, geometry);
    putPart(dKernel, part, g);
  }
}
