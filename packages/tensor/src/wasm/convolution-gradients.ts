/** The gradients of a convolution as work. */
import type { Tensor } from '../tensor.ts';
import type { WindowGeometry } from '../window-geometry.ts';
import type { Engine } from './engine.ts';
import { contractionCall } from './products.ts';
import { padded, slide, spread, turnedKernelMatrix } from './sliding-window.ts';
import { sampleAddress, spanOf, type SumWork, type Work } from './work.ts';

/**
 * Every input gathers what the outputs above it have: a convolution of the output gradients,
 * spread out by the stride, with the kernel turned by 180 degrees.
 */
export function inputGradientWork(
  engine: Engine,
  dOutput: Tensor,
  kernel: Tensor,
  dInput: Tensor,
  geometry: WindowGeometry,
): Work[] {
  const [R, S, C, K] = kernel.shape as [number, number, number, number];
  const field = spread(engine, dOutput, geometry);
  const matrix = turnedKernelMatrix(engine, kernel);
  const sliding = slide(engine, {
    field,
    kernel: matrix,
    kernelShape: [R, S, K, C],
    outputShape: dInput.shape,
    output: spanOf(dInput.data),
    geometry: {
      ...geometry,
      outputHeight: geometry.inputHeight,
      outputWidth: geometry.inputWidth,
      strideHeight: 1,
      strideWidth: 1,
    },
  });
  return [...matrix.work, ...field.work, sliding];
}

/** Every kernel entry adds up, over all its positions, the input there times the gradient. */
export function kernelGradientWork(
  engine: Engine,
  input: Tensor,
  dOutput: Tensor,
  dKernel: Tensor,
  g: WindowGeometry,
): Work[] {
  const [R, S, C, K] = dKernel.shape as [number, number, number, number];
  const [N, P, Q] = dOutput.shape as [number, number, number];
  const field = padded(engine, input, g);
  const row = field.width * C;
  const [gradients, target] = [spanOf(dOutput.data), spanOf(dKernel.data)];
  const sum: SumWork = {
    kind: 'sum',
    name: 'kernelGradient',
    samples: N,
    reads: [field.span, gradients],
    writes: [target],
    target,
    calls: (first, count, into, start) => {
      // The sample loop of a contraction would start afresh for each: its first, and the others.
      const call = (
        from: number,
        samples: number,
        begin: 'zero' | 'c',
      ): ReturnType<typeof contractionCall> =>
        contractionCall(
          engine,
          {
            outer: [{ count: samples, a: field.height * row, b: P * Q * K, c: 0 }],
            inner: [],
            rows: [
              { count: R, a: g.dilationHeight * row, c: S * C * K },
              ...(g.dilationWidth === 1
                ? [{ count: S * C, a: 1, c: K }]
                : [
                    { count: S, a: g.dilationWidth * C, c: C * K },
                    { count: C, a: 1, c: K },
                  ]),
            ],
            columns: K,
            reduction: [
              { count: P, a: g.strideHeight * row, b: Q * K },
              { count: Q, a: g.strideWidth * C, b: K },
            ],
            start: begin,
          },
          [sampleAddress(field.span, N, from), sampleAddress(gradients, N, from), into],
        );
      if (start === 'c') return [call(first, count, 'c')];
      return [call(first, 1, 'zero'), ...(count > 1 ? [call(first + 1, count - 1, 'c')] : [])];
    },
  };
  return [...field.work, sum];
}
