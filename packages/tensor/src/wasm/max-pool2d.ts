/** Max pooling, four channels at a time. */
import type { Tensor } from '../tensor.ts';
import type { WindowGeometry } from '../window-geometry.ts';
import type { Code, Local } from './code.ts';
import { FLOAT, LANES, loadVector, storeVector } from './vector-access.ts';
import { sampleAddress, spanOf, type Call, type SampleWork } from './work.ts';

/** Neighbouring outputs along one axis whose windows have the same part inside the input. */
interface Run {
  readonly count: number;
  /** Input positions that the first of them sees, relative to the first of those. */
  readonly first: number;
  readonly offsets: readonly number[];
}

/** Outputs `from` … `from + count − 1` along one axis, in runs: one where nothing is padded. */
function runsAlong(
  from: number,
  count: number,
  [length, window, stride, dilation, pad]: readonly [number, number, number, number, number],
): Run[] {
  const runs: { count: number; first: number; offsets: number[] }[] = [];
  for (let position = from; position < from + count; position++) {
    const seen = Array.from({ length: window }, (_, r) => position * stride + r * dilation - pad);
    const inside = seen.filter((at) => at >= 0 && at < length);
    const first = inside[0] ?? 0;
    const offsets = inside.map((at) => at - first);
    const last = runs.at(-1);
    const continues =
      last?.offsets.join() === offsets.join() && last.first + last.count * stride === first;
    if (continues) last.count += 1;
    else runs.push({ count: 1, first, offsets });
  }
  return runs;
}

const rowAxis = (g: WindowGeometry) =>
  [g.inputHeight, g.windowHeight, g.strideHeight, g.dilationHeight, g.padTop] as const;
const columnAxis = (g: WindowGeometry) =>
  [g.inputWidth, g.windowWidth, g.strideWidth, g.dilationWidth, g.padLeft] as const;

/** Whether every window has some part inside the input, so that there is a winner. */
export function everyWindowSees(g: WindowGeometry): boolean {
  const isEmpty = ({ offsets }: Run): boolean => offsets.length === 0;
  return ![
    ...runsAlong(0, g.outputHeight, rowAxis(g)),
    ...runsAlong(0, g.outputWidth, columnAxis(g)),
  ].some(isEmpty);
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
  const skipped = (g.outputHeight - rows) * g.outputWidth * pixel;
  code.assign(out, output).assign(position, positions).assign(sample, input);
  code.repeat(samples, () => {
    for (const rowRun of runsAlong(firstRow, rows, rowAxis(g))) {
      code.assign(atRow, sample, rowRun.first * inputRow);
      code.repeat(rowRun.count, () => {
        for (const run of runsAlong(0, g.outputWidth, columnAxis(g))) {
          const offsets = rowRun.offsets.flatMap((r) =>
            run.offsets.map((s) => (r * g.inputWidth + s) * channels),
          );
          code.assign(at, atRow, run.first * pixel);
          code.repeat(run.count, () => {
            emitWindow(code, channels, offsets, { base, at, out, position });
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

/** All channels of one window; moves the pointers past them. */
function emitWindow(
  code: Code,
  channels: number,
  offsets: readonly number[],
  { base, at, out, position }: WindowPointers,
): void {
  const [best, winner, value, mask] = [0, 1, 2, 3].map(() => code.local('v128'));
  const index = code.local('i32');
  const group = (width: number): void => {
    // Index of the first channel, from its address.
    code.get(at).get(base).op('i32Sub').i32(2).op('i32ShrU').set(index);
    for (const [i, offset] of offsets.entries()) {
      const candidate = (): void => {
        code.get(index).op('i32x4Splat');
        code.i32x4([offset, offset + 1, offset + 2, offset + 3]).op('i32x4Add');
      };
      loadVector(code, at, offset * FLOAT, width);
      if (i === 0) {
        code.set(best!);
        candidate();
        code.set(winner!);
        continue;
      }
      code.set(value!);
      // A NaN wins, so that it is not hidden.
      code.get(value!).get(best!).op('f32x4Gt').get(value!).get(value!).op('f32x4Ne', 'v128Or');
      code.set(mask!);
      candidate();
      code.get(winner!).get(mask!).op('v128Bitselect').set(winner!);
      code.get(value!).get(best!).get(mask!).op('v128Bitselect').set(best!);
    }
    storeVector(code, out, 0, width, best!);
    storeVector(code, position, 0, width, winner!);
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
    calls: (first, count) => [call(first, count, 0, P)],
    parts: { count: P, calls: (first, count) => [call(0, N, first, count)] },
  };
}
