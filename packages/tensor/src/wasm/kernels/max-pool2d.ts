/** Max pooling, four channels at a time. */
import type { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import type { Code, Local } from '../emit/code.ts';
import { FLOAT, LANES, loadVector, storeVector } from '../emit/vector-access.ts';
import { forwardRuns, windowAxes } from '../emit/window-runs.ts';
import { emitChallenge } from '../emit/winner.ts';
import { sampleAddress, spanOf, type Call, type SampleWork } from '../run/work.ts';

/** Windows of more positions than this are walked through by a loop. */
const LARGEST_WRITTEN_OUT = 36;

/** Whether every window has some part inside the input, so that there is a winner. */
export function everyWindowSees(g: WindowGeometry): boolean {
  const { rows, columns } = windowAxes(g);
  return [...forwardRuns(rows), ...forwardRuns(columns)].every(({ taps }) => taps > 0);
}

/** Whether a pooling halves images of P × Q: by windows of 2 × 2, without padding. */
export function halves(g: WindowGeometry, P: number, Q: number): boolean {
  return (
    [g.windowHeight, g.windowWidth, g.strideHeight, g.strideWidth].every((size) => size === 2) &&
    [g.dilationHeight, g.dilationWidth].every((rate) => rate === 1) &&
    [g.padTop, g.padLeft].every((pad) => pad === 0) &&
    g.outputHeight === Math.floor(P / 2) &&
    g.outputWidth === Math.floor(Q / 2)
  );
}

/** Which part of a pooling a function computes. */
interface Pooling {
  readonly samples: number;
  readonly channels: number;
  readonly firstRow: number;
  readonly rows: number;
  readonly geometry: WindowGeometry;
}

/**
 * Emits the function `(input, output, positions, base)`, of addresses. `output` and `positions`
 * begin at `firstRow`; winners are counted from `base`.
 */
function emitMaxPool2d(code: Code, spec: Pooling): void {
  const { samples, channels, firstRow, rows, geometry: g } = spec;
  const [input, output, positions, base] = code.parameters as [Local, Local, Local, Local];
  const [sample, atRow, at] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const [out, position] = [code.local('i32'), code.local('i32')];
  const pixel = channels * FLOAT;
  const inputRow = g.inputWidth * pixel;
  const axes = windowAxes(g);
  const skipped = (g.outputHeight - rows) * g.outputWidth * pixel;
  code.assign(out, output).assign(position, positions).assign(sample, input);
  code.repeat(samples, () => {
    for (const rowRun of forwardRuns(axes.rows, { first: firstRow, count: rows })) {
      code.assign(atRow, sample, rowRun.source * inputRow);
      code.repeat(rowRun.count, () => {
        for (const run of forwardRuns(axes.columns)) {
          code.assign(at, atRow, run.source * pixel);
          code.repeat(run.count, () => {
            emitWindow(
              code,
              channels,
              [
                { count: rowRun.taps, step: rowRun.tapStep * g.inputWidth * channels },
                { count: run.taps, step: run.tapStep * channels },
              ],
              { base, at, out, position },
            );
            code.advance(at, (g.strideWidth - 1) * pixel);
          });
        }
        code.advance(atRow, g.strideHeight * inputRow);
      });
    }
    code.advance(sample, g.inputHeight * inputRow);
    code.advance(out, skipped).advance(position, skipped);
  });
}

interface WindowPointers {
  readonly base: Local;
  readonly at: Local;
  readonly out: Local;
  readonly position: Local;
}

/** Inputs under a window along one axis, and how far apart they are, in elements. */
interface Taps {
  readonly count: number;
  readonly step: number;
}

/** All channels of one window; moves the pointers past them. */
function emitWindow(
  code: Code,
  channels: number,
  [rows, columns]: readonly [Taps, Taps],
  { base, at, out, position }: WindowPointers,
): void {
  const [best, winner, value] = [code.local('v128'), code.local('v128'), code.local('v128')];
  const index = code.local('i32');
  const isWrittenOut = rows.count * columns.count <= LARGEST_WRITTEN_OUT;
  const [atRow, from] = [code.local('i32'), code.local('i32')];
  const group = (width: number): void => {
    // Index of the first channel, from its address.
    const indexAt = (pointer: Local): void => {
      code.get(pointer).get(base).op('i32Sub').i32(2).op('i32ShrU').set(index);
    };
    const candidate = (offset: number): void => {
      code.get(index).op('i32x4Splat');
      code.i32x4([offset, offset + 1, offset + 2, offset + 3]).op('i32x4Add');
    };
    const challenge = (pointer: Local, offset: number): void => {
      loadVector(code, pointer, offset * FLOAT, width);
      code.set(value);
      emitChallenge(code, { best, winner }, value, () => {
        candidate(offset);
      });
    };
    indexAt(at);
    loadVector(code, at, 0, width);
    code.set(best);
    candidate(0);
    code.set(winner);
    if (isWrittenOut) {
      for (let r = 0; r < rows.count; r++) {
        for (let s = 0; s < columns.count; s++) {
          if (r + s > 0) challenge(at, r * rows.step + s * columns.step);
        }
      }
    } else {
      code.assign(atRow, at);
      code.repeat(rows.count, () => {
        code.assign(from, atRow);
        code.repeat(columns.count, () => {
          indexAt(from);
          challenge(from, 0);
          code.advance(from, columns.step * FLOAT);
        });
        code.advance(atRow, rows.step * FLOAT);
      });
    }
    storeVector(code, out, 0, width, best);
    storeVector(code, position, 0, width, winner);
    for (const pointer of [at, out, position]) code.advance(pointer, width * FLOAT);
  };
  code.repeat(Math.floor(channels / LANES), () => {
    group(LANES);
  });
  if (channels % LANES > 0) group(channels % LANES);
}

/** Max pooling as work; none if a window lies on padding alone. */
export function maxPoolingWork(
  input: Tensor,
  output: Tensor,
  positions: Int32Array,
  geometry: WindowGeometry,
): SampleWork | undefined {
  if (!everyWindowSees(geometry)) return undefined;
  const N = input.shape[0]!;
  const [P, Q, C] = output.shape.slice(1) as [number, number, number];
  const [from, to, winners] = [spanOf(input.data), spanOf(output.data), spanOf(positions)];
  const call = (first: number, samples: number, firstRow: number, rows: number): Call => {
    const spec = { samples, channels: C, firstRow, rows, geometry };
    const skipped = firstRow * Q * C * FLOAT;
    return {
      key: `maxPool2d ${JSON.stringify(spec)}`,
      emit: (code) => {
        emitMaxPool2d(code, spec);
      },
      values: [
        sampleAddress(from, N, first),
        sampleAddress(to, N, first) + skipped,
        sampleAddress(winners, N, first) + skipped,
        from.address,
      ],
    };
  };
  return {
    kind: 'samples',
    name: 'maxPool2d',
    samples: N,
    reads: [from],
    writes: [to, winners],
    pooling: { input: from, output, positions: winners, geometry },
    calls: (first, count) => [call(first, count, 0, P)],
    parts: { count: P, calls: (first, count) => [call(0, N, first, count)] },
  };
}
