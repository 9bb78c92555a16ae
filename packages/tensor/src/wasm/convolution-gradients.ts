/** The gradients of a convolution as work. */
import type { Tensor } from '../tensor.ts';
import type { WindowGeometry } from '../window-geometry.ts';
import type { Engine } from './engine.ts';
import type { Contraction } from './contraction.ts';
import { contractionCall } from './products.ts';
import {
  copyCall,
  padded,
  paddedLayout,
  staysInside,
  swappedKernelMatrix,
} from './sliding-window.ts';
import { FLOAT } from './vector-access.ts';
import {
  clearCall,
  sampleAddress,
  spanOf,
  type SampleWork,
  type SumWork,
  type Work,
} from './work.ts';

/**
 * Every window position (r, s) gives its share to the inputs under it: dInput, at the inputs that
 * the outputs see there, receives dOutput times the kernel's matrix of (r, s), channels as columns.
 */
export function inputGradientWork(
  engine: Engine,
  dOutput: Tensor,
  kernel: Tensor,
  dInput: Tensor,
  g: WindowGeometry,
): Work[] {
  const [R, S, C, K] = kernel.shape as [number, number, number, number];
  const [N, P, Q] = dOutput.shape as [number, number, number];
  const [gradients, target] = [spanOf(dOutput.data), spanOf(dInput.data)];
  const matrix = swappedKernelMatrix(engine, kernel);
  const isPadded = !staysInside(g);
  const layout = isPadded
    ? paddedLayout(g, C)
    : { height: g.inputHeight, width: g.inputWidth, offset: 0, loops: [] };
  const size = layout.height * layout.width * C;
  const field = isPadded ? engine.scratch(`dPadded ${C} ${JSON.stringify(g)}`, N * size) : target;
  const row = layout.width * C;
  const spec: Omit<Contraction, 'outer'> = {
    inner: [
      { count: P, a: Q * K, b: 0, c: g.strideHeight * row },
      { count: R, a: 0, b: S * K * C, c: g.dilationHeight * row },
      { count: S, a: 0, b: K * C, c: g.dilationWidth * C },
    ],
    rows: [{ count: Q, a: K, c: g.strideWidth * C }],
    columns: C,
    reduction: [{ count: K, a: 1, b: C }],
    start: 'c',
    isPacked: true,
  };
  const work: SampleWork = {
    kind: 'samples',
    name: 'inputGradient',
    samples: N,
    reads: [gradients, matrix.span],
    writes: isPadded ? [target, field] : [target],
    calls: (first, count) => {
      const at = sampleAddress(field, N, first);
      const to = sampleAddress(target, N, first);
      const outer = [{ count, a: P * Q * K, b: 0, c: size }];
      const backwards = layout.loops.map((loop) => ({ ...loop, from: loop.to, to: loop.from }));
      const sample = { count, from: size, to: g.inputHeight * g.inputWidth * C };
      // Inputs that no window reaches, at the end, are not in the field.
      const uncovered = isPadded ? [clearCall(to, (target.bytes / N) * count)] : [];
      return [
        clearCall(at, size * count * FLOAT),
        contractionCall(engine, { ...spec, outer }, [
          sampleAddress(gradients, N, first),
          matrix.address,
          at,
        ]),
        ...uncovered,
        ...(isPadded ? [copyCall([sample, ...backwards], at + layout.offset * FLOAT, to)] : []),
      ];
    },
  };
  return [...matrix.work, work];
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
