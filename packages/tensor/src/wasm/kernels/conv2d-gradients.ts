/** The gradients of a convolution as work. */
import type { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import {
  depthwiseInputGradientWork,
  depthwiseKernelGradientWork,
} from './depthwise-convolution.ts';
import type { Engine } from '../run/engine.ts';
import type { Contraction } from '../emit/contraction.ts';
import { isByTiles, type Arithmetic } from './arithmetic.ts';
import { contractionCall } from './matmul.ts';
import {
  copyCall,
  padded,
  paddedLayout,
  staysInside,
  swappedKernelMatrix,
} from './sliding-window.ts';
import { FLOAT } from '../emit/vector-access.ts';
import { sparseInputGradient } from './sparse-input-gradient.ts';
import { sparseKernelGradientWork } from './sparse-kernel-gradient.ts';
import { sumWork } from '../run/sum-work.ts';
import { transformedKernel } from './transformed-kernel.ts';
import { convolutionByTiles } from './winograd-conv2d.ts';
import { isKernelGradientByTiles, kernelGradientByTiles } from './winograd-kernel-gradient.ts';
import {
  clearCall,
  sampleAddress,
  spanOf,
  type Call,
  type SampleWork,
  type Span,
  type Winners,
  type Work,
} from '../run/work.ts';

/**
 * Every window position (r, s) gives its share to the inputs under it: dInput, at the inputs that
 * the outputs see there, receives dOutput times the kernel's matrix of (r, s), channels as columns.
 */
export function inputGradientWork(
  engine: Engine,
  arithmetic: Arithmetic,
  dOutput: Tensor,
  kernel: Tensor,
  dInput: Tensor,
  g: WindowGeometry,
): Work[] {
  const [R, S, ownC, K] = kernel.shape as [number, number, number, number];
  const [N, P, Q] = dOutput.shape as [number, number, number];
  const C = dInput.shape[3]!;
  const groups = C / ownC;
  if (groups === C && C > 1)
    return [depthwiseInputGradientWork(engine, dOutput, kernel, dInput, g)];
  const ownK = K / groups;
  const [gradients, target] = [spanOf(dOutput.data), spanOf(dInput.data)];
  const isPadded = !staysInside(g);
  const layout = isPadded
    ? paddedLayout(g, C)
    : { height: g.inputHeight, width: g.inputWidth, offset: 0, loops: [] };
  const size = layout.height * layout.width * C;
  let made: Span | undefined;
  /** The padded input's gradient, which tiles do without. */
  const fieldOf = (): Span =>
    (made ??= isPadded ? engine.scratch(`dPadded ${C} ${JSON.stringify(g)}`, N * size) : target);
  /** Clears the field, lets `sums` add to it, and takes dInput out of it. */
  const workOf = (field: Span, reads: readonly Span[], sums: SampleWork['calls']): SampleWork => ({
    kind: 'samples',
    name: 'inputGradient',
    samples: N,
    reads,
    writes: isPadded ? [target, field] : [target],
    calls: (first, count) => {
      const at = sampleAddress(field, N, first);
      const to = sampleAddress(target, N, first);
      const backwards = layout.loops.map((loop) => ({ ...loop, from: loop.to, to: loop.from }));
      const sample = { count, from: size, to: g.inputHeight * g.inputWidth * C };
      // Inputs that no window reaches, at the end, are not in the field.
      const uncovered = isPadded ? [clearCall(to, (target.bytes / N) * count)] : [];
      return [
        clearCall(at, size * count * FLOAT),
        ...sums(first, count),
        ...uncovered,
        ...(isPadded ? [copyCall([sample, ...backwards], at + layout.offset * FLOAT, to)] : []),
      ];
    },
  });
  const fromWinners = (winners: Winners): readonly Work[] | undefined => {
    const image = { height: layout.height, width: layout.width, channels: C, geometry: g };
    if (groups > 1) return undefined;
    const field = fieldOf();
    const sparse = sparseInputGradient(engine, winners, kernel, field, image);
    return sparse && [sparse.packing, workOf(field, sparse.reads, sparse.callsOf)];
  };
  const sparse = { dOutput: gradients, fromWinners };
  const flipped = flippedGeometry(g);
  if (isByTiles(arithmetic, [R, S, K, C], groups, flipped)) {
    const transformed = transformedKernel(engine, {
      span: spanOf(kernel.data),
      channels: K,
      filters: C,
      steps: { filter: K, channel: 1, tap: C * K },
      isFlipped: true,
      key: `${kernel.shape.join()} swapped`,
    });
    const sliding = convolutionByTiles(engine, {
      input: dOutput,
      kernel: transformed.span,
      filters: C,
      output: target,
      geometry: flipped,
    });
    return [transformed.work, { ...sliding, sparse }];
  }
  const field = fieldOf();
  const matrices = Array.from({ length: groups }, (_, group) =>
    swappedKernelMatrix(engine, kernel, group, groups),
  );
  const row = layout.width * C;
  const spec: Omit<Contraction, 'outer'> = {
    inner: [
      { count: P, a: Q * K, b: 0, c: g.strideHeight * row },
      { count: R, a: 0, b: S * ownK * ownC, c: g.dilationHeight * row },
      { count: S, a: 0, b: ownK * ownC, c: g.dilationWidth * C },
    ],
    rows: [{ count: Q, a: K, c: g.strideWidth * C }],
    columns: ownC,
    reduction: [{ count: ownK, a: 1, b: ownC }],
    start: 'c',
    isPacked: true,
  };
  const work = workOf(field, [gradients, ...matrices.map(({ span }) => span)], (first, count) => {
    const outer = [{ count, a: P * Q * K, b: 0, c: size }];
    return matrices.map(({ address }, group) =>
      contractionCall(engine, { ...spec, outer }, [
        sampleAddress(gradients, N, first) + group * ownK * FLOAT,
        address,
        sampleAddress(field, N, first) + group * ownC * FLOAT,
      ]),
    );
  });
  return [...matrices.flatMap((matrix) => matrix.work), { ...work, sparse }];
}

/**
 * The convolution of dOutput that gives dInput where strides are 1: by the kernel turned about, with so
 * much padding that each input meets all outputs that saw it.
 */
const flippedGeometry = (g: WindowGeometry): WindowGeometry => ({
  ...g,
  inputHeight: g.outputHeight,
  inputWidth: g.outputWidth,
  outputHeight: g.inputHeight,
  outputWidth: g.inputWidth,
  padTop: (g.windowHeight - 1) * g.dilationHeight - g.padTop,
  padLeft: (g.windowWidth - 1) * g.dilationWidth - g.padLeft,
});

/** Every kernel entry adds up, over all its positions, the input there times the gradient. */
export function kernelGradientWork(
  engine: Engine,
  arithmetic: Arithmetic,
  dOutput: Tensor,
  input: Tensor,
  dKernel: Tensor,
  g: WindowGeometry,
): Work[] {
  const [R, S, ownC, K] = dKernel.shape as [number, number, number, number];
  const [N, P, Q] = dOutput.shape as [number, number, number];
  const C = input.shape[3]!;
  const groups = C / ownC;
  if (groups === C && C > 1)
    return [depthwiseKernelGradientWork(engine, dOutput, input, dKernel, g)];
  const ownK = K / groups;
  const gradients = spanOf(dOutput.data);
  if (isKernelGradientByTiles(arithmetic, dKernel.shape, groups, g)) {
    const fromWinners = (winners: Winners): readonly Work[] | undefined => {
      const field = padded(engine, input, g);
      const sparse = sparseKernelGradientWork(engine, winners, field, dKernel, g);
      return sparse && [...field.work, sparse];
    };
    const sum = kernelGradientByTiles(engine, dOutput, input, dKernel, g);
    return [{ ...sum, sparse: { dOutput: gradients, fromWinners } }];
  }
  const field = padded(engine, input, g);
  const row = field.width * C;
  const target = spanOf(dKernel.data);
  const sum = sumWork({
    name: 'kernelGradient',
    samples: N,
    reads: [field.span, gradients],
    target,
    additions: 1,
    callsOf: (first, count, into, start) => {
      // The sample loop of a contraction would start afresh for each: its first, and the others.
      const ofGroup = (group: number, from: number, samples: number, begin: 'zero' | 'c'): Call =>
        contractionCall(
          engine,
          {
            outer: [{ count: samples, a: field.height * row, b: P * Q * K, c: 0 }],
            inner: [],
            rows: [
              { count: R, a: g.dilationHeight * row, c: S * ownC * K },
              ...(g.dilationWidth === 1 && groups === 1
                ? [{ count: S * C, a: 1, c: K }]
                : [
                    { count: S, a: g.dilationWidth * C, c: ownC * K },
                    { count: ownC, a: 1, c: K },
                  ]),
            ],
            columns: ownK,
            reduction: [
              { count: P, a: g.strideHeight * row, b: Q * K },
              { count: Q, a: g.strideWidth * C, b: K },
            ],
            start: begin,
          },
          [
            sampleAddress(field.span, N, from) + group * ownC * FLOAT,
            sampleAddress(gradients, N, from) + group * ownK * FLOAT,
            into + group * ownK * FLOAT,
          ],
        );
      return Array.from({ length: groups }, (_, group) => {
        if (start === 'c') return [ofGroup(group, first, count, 'c')];
        const others = count > 1 ? [ofGroup(group, first + 1, count - 1, 'c')] : [];
        return [ofGroup(group, first, 1, 'zero'), ...others];
      }).flat();
    },
  });
  const fromWinners = (winners: Winners): readonly Work[] | undefined => {
    const sparse =
      groups === 1 ? sparseKernelGradientWork(engine, winners, field, dKernel, g) : undefined;
    return sparse && [sparse];
  };
  return [...field.work, { ...sum, sparse: { dOutput: gradients, fromWinners } }];
}
