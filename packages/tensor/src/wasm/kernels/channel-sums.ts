/**
 * Sums over all rows of expressions, one for each channel. Several channels are summed side by
 * side, and several rows, because an addition takes longer than a load.
 */
import { operand } from '../../expression.ts';
import type { ExpressionCall } from '../../expression-call.ts';
import { sizeOf } from '../../shape.ts';
import type { Code, Local } from '../emit/code.ts';
import { emitConstants, emitSteps, type Access } from '../emit/expression-code.ts';
import { stepsOf, type Steps } from '../emit/expression-steps.ts';
import { sumsInBlocks } from '../emit/sums-in-blocks.ts';
import type { Engine } from '../run/engine.ts';
import { sumWork } from '../run/sum-work.ts';
import { addressesAt, elementwiseOnSpans, simplified } from '../run/expression-work.ts';
import { FLOAT, LANES, loadVector, storeVector } from '../emit/vector-access.ts';
import { clearing, spanOf, type Span, type SumWork, type Work } from '../run/work.ts';

/** Sums that are formed side by side, in registers. */
const SIDE_BY_SIDE = 8;
/** Vectors of a row that are read one after the other: a cache line. */
const VECTORS_OF_LINE = 4;

interface Plan {
  readonly steps: Steps;
  readonly accesses: readonly Access[];
  readonly rows: number;
  readonly channels: number;
  /** Begin at 0, or add to the sums that are there. */
  readonly start: 'zero' | 'c';
}

/** Emits the function `(operand 0, operand 1, …, sums)`, with sums `[expressions, channels]`. */
function emitChannelSums(code: Code, plan: Plan): void {
  const { channels, steps, accesses } = plan;
  const constants = emitConstants(code, steps);
  const singles = accesses.map((access, i) =>
    access === 'single'
      ? code.keep(() => code.get(code.parameters[i]!).access('v128Load32Splat', 0))
      : undefined,
  );
  const most = Math.max(
    1,
    Math.min(VECTORS_OF_LINE, Math.floor(SIDE_BY_SIDE / steps.results.length)),
  );
  const widths = Array.from({ length: Math.ceil(channels / LANES) }, (_, i) =>
    Math.min(LANES, channels - i * LANES),
  );
  for (let first = 0; first < widths.length; first += most) {
    emitGroup(code, plan, constants, singles, first * LANES, widths.slice(first, first + most));
  }
}

/** Emits the sums of the channels from `channel` on, in vectors of these widths. */
function emitGroup(
  code: Code,
  { steps, accesses, rows, channels, start }: Plan,
  constants: ReadonlyMap<number, Local>,
  singles: readonly (Local | undefined)[],
  channel: number,
  widths: readonly number[],
): void {
  const pointers = accesses.map((access, i) =>
    code.copy(code.parameters[i]!, access === 'row' ? 0 : channel * FLOAT),
  );
  const repeated = accesses.map((access, i) =>
    widths.map((width, v) =>
      access === 'channel'
        ? code.keep(() => {
            loadVector(code, pointers[i]!, v * LANES * FLOAT, width);
          })
        : undefined,
    ),
  );
  const sides = Math.max(1, Math.floor(SIDE_BY_SIDE / (steps.results.length * widths.length)));
  const sums = Array.from({ length: sides }, () =>
    steps.results.map(() => code.zeros(widths.length)),
  );
  const addRow = (side: number): void => {
    const ofRow = accesses.map((access, i) =>
      access === 'row'
        ? code.keep(() => code.get(pointers[i]!).access('v128Load32Splat', 0))
        : undefined,
    );
    for (const [v, width] of widths.entries()) {
      const values = emitSteps(code, steps, constants, (i) => {
        const kept = singles[i] ?? repeated[i]![v] ?? ofRow[i];
        if (kept) return kept;
        return code.keep(() => {
          loadVector(code, pointers[i]!, v * LANES * FLOAT, width);
        });
      });
      for (const [j, value] of values.entries()) {
        const sum = sums[side]![j]![v]!;
        code.get(sum).get(value).op('f32x4Add').set(sum);
      }
    }
    for (const [i, access] of accesses.entries()) {
      if (access === 'element') code.advance(pointers[i]!, channels * FLOAT);
      if (access === 'row') code.advance(pointers[i]!, FLOAT);
    }
  };
  const turns = Math.floor(rows / sides);
  const blocks = sumsInBlocks(code, sums.flat(2), turns);
  blocks.repeat(turns, () => {
    for (let side = 0; side < sides; side++) addRow(side);
  });
  for (let side = 0; side < rows % sides; side++) addRow(side);
  blocks.finish();
  const target = code.parameters[accesses.length]!;
  for (const [j, ofVectors] of sums[0]!.entries()) {
    for (const [v, total] of ofVectors.entries()) {
      const offset = (j * channels + channel + v * LANES) * FLOAT;
      for (const others of sums.slice(1)) {
        code.get(total).get(others[j]![v]!).op('f32x4Add').set(total);
      }
      if (start === 'c') {
        code.get(total);
        loadVector(code, target, offset, widths[v]!);
        code.op('f32x4Add').set(total);
      }
      storeVector(code, target, offset, widths[v]!, total);
    }
  }
}

/** `Kernels.channelSums`. */
export function channelSumsWork(engine: Engine, call: ExpressionCall): Work[] {
  const { outputs, shape } = call;
  const spans = outputs.map(({ data }) => spanOf(data));
  const bytes = shape.at(-1)! * FLOAT;
  const isOneSpan = spans.every(({ address }, j) => address === spans[0]!.address + j * bytes);
  const into = (target: Span): Work[] => [clearing(target), channelSumsInto(call, target)];
  if (isOneSpan) return into({ address: spans[0]!.address, bytes: bytes * spans.length });
  // All sums are formed at one place, then brought to where they belong.
  const whole = engine.scratch(
    `channelSums ${bytes * spans.length}`,
    (bytes * spans.length) / FLOAT,
  );
  const parts = spans.map((_, j) => ({ address: whole.address + j * bytes, bytes }));
  return [
    ...into(whole),
    {
      name: 'channelSums',
      kind: 'units',
      reads: parts,
      writes: spans,
      ...elementwiseOnSpans(
        parts.map((_, j) => operand(j)),
        parts,
        spans,
        bytes / FLOAT,
      ),
    },
  ];
}

/** Sums `[expressions, channels]`, added to what is at `target`. */
export function channelSumsInto(
  { expressions, operands, shape }: Omit<ExpressionCall, 'outputs'>,
  target: Span,
): SumWork {
  const [samples, channels] = [shape[0]!, shape.at(-1)!];
  const rowsPerSample = shape.length > 1 ? sizeOf(shape) / samples / channels : 1;
  const inputs = simplified(operands, shape);
  const accesses = inputs.map(({ access }) => access);
  const steps = stepsOf(expressions);
  return sumWork({
    name: 'channelSums',
    samples,
    reads: inputs.map(({ span }) => span),
    target,
    callsOf: (first, count, into, start) => {
      const rows = rowsPerSample * count;
      return [
        {
          key: `channelSums ${steps.key}; ${accesses.join(' ')}; ${rows} ${channels} ${start}`,
          emit: (code) => {
            emitChannelSums(code, { steps, accesses, rows, channels, start });
          },
          values: [...addressesAt(inputs, samples, first), into],
        },
      ];
    },
  });
}
