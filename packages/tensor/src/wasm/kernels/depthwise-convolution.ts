/**
 * Depthwise convolution as work: a convolution of as many groups as channels, so that each filter
 * sees one channel. A kernel `[R, S, 1, C·M]` has M filters for each. Channels are summed apart,
 * in the lanes of vectors, which no matrix product does.
 */
import type { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import type { Code, Local } from '../emit/code.ts';
import type { Finish } from '../emit/contraction.ts';
import { emitDepthwiseKernelGradient, rowsOfBand } from './depthwise-kernel-gradient.ts';
import type { Engine } from '../run/engine.ts';
import { sumWork } from '../run/sum-work.ts';
import { FLOAT } from '../emit/vector-access.ts';
import { backwardRuns, forwardRuns, windowAxes } from '../emit/window-runs.ts';
import { emitWindowSums, type WindowSums } from '../emit/window-sums.ts';
import {
  sampleAddress,
  spanOf,
  type Call,
  type SampleWork,
  type Span,
  type Work,
} from '../run/work.ts';

/** A call of {@link emitWindowSums}. */
export function windowSumsCall(
  engine: Engine,
  spec: WindowSums,
  values: readonly [source: number, weights: number, target: number, side: number],
): Call {
  return {
    key: `windowSums ${JSON.stringify(spec)}`,
    emit: (code) => {
      emitWindowSums(code, spec, engine.multiplyAdd);
    },
    values,
  };
}

/** `output = input ∗ kernel + bias`, depthwise. */
export function depthwiseConvolutionWork(
  engine: Engine,
  input: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  output: Tensor,
  g: WindowGeometry,
  finish?: Finish,
  written: Span = spanOf(output.data),
): SampleWork {
  const [N, H, W, channels] = input.shape as [number, number, number, number];
  const K = kernel.shape[3]!;
  const { rows, columns } = windowAxes(g);
  const [from, weights] = [spanOf(input.data), spanOf(kernel.data)];
  const side = bias ? spanOf(bias.data) : undefined;
  const call = (first: number, samples: number, firstRow: number, count: number): Call =>
    windowSumsCall(
      engine,
      {
        samples,
        rows: forwardRuns(rows, { first: firstRow, count }),
        columns: forwardRuns(columns),
        channels: K,
        multiplier: K / channels,
        source: [H, W],
        target: [g.outputHeight, g.outputWidth],
        weightColumns: g.windowWidth,
        start: side ? 'bias' : 'zero',
        finish,
      },
      [
        sampleAddress(from, N, first),
        weights.address,
        sampleAddress(written, N, first),
        side?.address ?? 0,
      ],
    );
  return {
    kind: 'samples',
    name: 'depthwiseConvolution',
    samples: N,
    reads: [from, weights, ...(side ? [side] : [])],
    writes: [written],
    calls: (first, count) => [call(first, count, 0, g.outputHeight)],
    parts: { count: g.outputHeight, calls: (first, count) => [call(0, N, first, count)] },
    ...(finish
      ? {}
      : {
          finishedBy: (finish: Finish, _gate: Span, target: Span) =>
            finish === 'relu'
              ? depthwiseConvolutionWork(engine, input, kernel, bias, output, g, finish, target)
              : undefined,
        }),
  };
}

/** Emits the function `(from, to)`: each of `count` numbers is the sum of the next M. */
function emitSumsOfNeighbours(code: Code, count: number, multiplier: number): void {
  const [from, to] = code.parameters as [Local, Local];
  const sumOf = (first: number, count: number): void => {
    if (count === 1) {
      code.get(from).access('f32Load', first * FLOAT);
      return;
    }
    const half = count >> 1;
    sumOf(first, half);
    sumOf(first + half, count - half);
    code.op('f32Add');
  };
  code.repeat(count, () => {
    code.get(to);
    sumOf(0, multiplier);
    code.access('f32Store', 0);
    code.advance(from, multiplier * FLOAT).advance(to, FLOAT);
  });
}

/** Every input collects, from the outputs that saw it, their gradient times the weight between. */
export function depthwiseInputGradientWork(
  engine: Engine,
  dOutput: Tensor,
  kernel: Tensor,
  dInput: Tensor,
  g: WindowGeometry,
  finish?: Finish,
  gate?: Span,
  written: Span = spanOf(dInput.data),
): SampleWork {
  const [N, H, W, channels] = dInput.shape as [number, number, number, number];
  const K = kernel.shape[3]!;
  const multiplier = K / channels;
  const { rows, columns } = windowAxes(g);
  const [gradients, weights] = [spanOf(dOutput.data), spanOf(kernel.data)];
  // Filters of one channel are summed apart at first.
  const apart =
    multiplier > 1 ? engine.scratch(`dInput of ${K} filters ${H} ${W}`, N * H * W * K) : undefined;
  const target = apart ?? written;
  const spec: Omit<WindowSums, 'samples'> = {
    rows: backwardRuns(rows),
    columns: backwardRuns(columns),
    channels: K,
    multiplier: 1,
    source: [g.outputHeight, g.outputWidth],
    target: [H, W],
    weightColumns: g.windowWidth,
    start: 'zero',
    finish,
  };
  return {
    kind: 'samples',
    name: 'depthwiseInputGradient',
    samples: N,
    reads: [gradients, weights, ...(gate ? [gate] : [])],
    writes: apart ? [apart, written] : [written],
    calls: (first, samples) => {
      const to = sampleAddress(target, N, first);
      const sums = windowSumsCall(engine, { ...spec, samples }, [
        sampleAddress(gradients, N, first),
        weights.address,
        to,
        gate ? sampleAddress(gate, N, first) : 0,
      ]);
      if (!apart) return [sums];
      const count = samples * H * W * channels;
      const joined: Call = {
        key: `sumsOfNeighbours ${count} ${multiplier}`,
        emit: (code) => {
          emitSumsOfNeighbours(code, count, multiplier);
        },
        values: [to, sampleAddress(written, N, first)],
      };
      return [sums, joined];
    },
    ...(finish || apart
      ? {}
      : {
          finishedBy: (finish: Finish, gate: Span, output: Span) =>
            depthwiseInputGradientWork(engine, dOutput, kernel, dInput, g, finish, gate, output),
        }),
  };
}

/** Every weight adds up, over all its positions, the input there times the gradient. */
export function depthwiseKernelGradientWork(
  engine: Engine,
  dOutput: Tensor,
  input: Tensor,
  dKernel: Tensor,
  g: WindowGeometry,
): Work {
  const [N, , , channels] = input.shape as [number, number, number, number];
  const K = dKernel.shape[3]!;
  const [from, gradients, target] = [input, dOutput, dKernel].map(({ data }) => spanOf(data)) as [
    Span,
    Span,
    Span,
  ];
  return sumWork({
    name: 'depthwiseKernelGradient',
    samples: N,
    reads: [from, gradients],
    target,
    additions: Math.ceil(g.outputHeight / rowsOfBand(g)),
    callsOf: (first, samples, into, start) => {
      const spec = { samples, channels: K, multiplier: K / channels, geometry: g, start };
      return [
        {
          key: `depthwiseKernelGradient ${JSON.stringify(spec)}`,
          emit: (code) => {
            emitDepthwiseKernelGradient(code, spec, engine.multiplyAdd);
          },
          values: [sampleAddress(from, N, first), sampleAddress(gradients, N, first), into],
        },
      ];
    },
  });
}
