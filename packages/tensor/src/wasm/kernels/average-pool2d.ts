/** Average pooling and its gradient as work. */
import type { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import type { Finish } from '../emit/contraction.ts';
import { windowSumsCall } from './depthwise-convolution.ts';
import type { Engine } from '../run/engine.ts';
import { staysInside } from './sliding-window.ts';
import { backwardRuns, forwardRuns, sharesAlong, windowAxes } from '../emit/window-runs.ts';
import type { WindowSums } from '../emit/window-sums.ts';
import { sampleAddress, spanOf, type Call, type SampleWork, type Span } from '../run/work.ts';

/** The mean under each window. */
export function averagePoolingWork(
  engine: Engine,
  input: Tensor,
  output: Tensor,
  g: WindowGeometry,
): SampleWork {
  const [N, H, W, channels] = input.shape as [number, number, number, number];
  const { rows, columns } = windowAxes(g);
  const [from, to] = [spanOf(input.data), spanOf(output.data)];
  const call = (first: number, samples: number, firstRow: number, count: number): Call =>
    windowSumsCall(
      engine,
      {
        samples,
        rows: forwardRuns(rows, { first: firstRow, count, divides: true }),
        columns: forwardRuns(columns, { divides: true }),
        channels,
        multiplier: 1,
        source: [H, W],
        target: [g.outputHeight, g.outputWidth],
        start: 'zero',
      },
      [sampleAddress(from, N, first), 0, sampleAddress(to, N, first), 0],
    );
  return {
    kind: 'samples',
    name: 'averagePool2d',
    samples: N,
    reads: [from],
    writes: [to],
    calls: (first, count) => [call(first, count, 0, g.outputHeight)],
    parts: { count: g.outputHeight, calls: (first, count) => [call(0, N, first, count)] },
  };
}

/**
 * Every input collects its shares of the outputs that saw it. Where windows reach padding, shares
 * differ in size: outputs are divided first.
 */
export function averagePoolingGradientWork(
  engine: Engine,
  dOutput: Tensor,
  dInput: Tensor,
  g: WindowGeometry,
  finish?: Finish,
  gate?: Span,
  written: Span = spanOf(dInput.data),
): SampleWork {
  const [N, H, W, channels] = dInput.shape as [number, number, number, number];
  const { rows, columns } = windowAxes(g);
  const gradients = spanOf(dOutput.data);
  const shares = staysInside(g)
    ? undefined
    : engine.scratch(`shares ${channels} ${JSON.stringify(g)}`, dOutput.size);
  const pixels = { channels, multiplier: 1, start: 'zero' } as const;
  const outputSize = [g.outputHeight, g.outputWidth] as const;
  const divided: Omit<WindowSums, 'samples'> = {
    ...pixels,
    rows: sharesAlong(rows),
    columns: sharesAlong(columns),
    source: outputSize,
    target: outputSize,
  };
  const divisorOf = (window: number): number => (shares ? 1 : window);
  const collected: Omit<WindowSums, 'samples'> = {
    ...pixels,
    rows: backwardRuns(rows, { divisor: divisorOf(g.windowHeight), needsPositions: false }),
    columns: backwardRuns(columns, { divisor: divisorOf(g.windowWidth), needsPositions: false }),
    source: outputSize,
    target: [H, W],
    finish,
  };
  return {
    kind: 'samples',
    name: 'averagePool2dGradient',
    samples: N,
    reads: [gradients, ...(gate ? [gate] : [])],
    writes: shares ? [shares, written] : [written],
    calls: (first, samples) => {
      const from = sampleAddress(gradients, N, first);
      const ready = shares ? sampleAddress(shares, N, first) : from;
      const side = gate ? sampleAddress(gate, N, first) : 0;
      const to = sampleAddress(written, N, first);
      return [
        ...(shares ? [windowSumsCall(engine, { ...divided, samples }, [from, 0, ready, 0])] : []),
        windowSumsCall(engine, { ...collected, samples }, [ready, 0, to, side]),
      ];
    },
    ...(finish
      ? {}
      : {
          finishedBy: (finish: Finish, gate: Span, output: Span) =>
            averagePoolingGradientWork(engine, dOutput, dInput, g, finish, gate, output),
        }),
  };
}
