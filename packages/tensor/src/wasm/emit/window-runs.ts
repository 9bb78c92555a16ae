/**
 * Which positions meet under sliding windows, along one axis. Positions that are computed alike,
 * because their windows have the same part inside the image, form a run: code is emitted once for
 * each. Without padding there is one run; with padding there are a few more at the edges.
 */
import type { WindowGeometry } from '../../window-geometry.ts';

/** One axis of a {@link WindowGeometry}. */
export interface WindowAxis {
  /** Input positions. */
  readonly length: number;
  /** Output positions. */
  readonly positions: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  /** Imagined positions before the first input. */
  readonly pad: number;
}

/** Both axes. */
export const windowAxes = (g: WindowGeometry): { rows: WindowAxis; columns: WindowAxis } => ({
  rows: {
    length: g.inputHeight,
    positions: g.outputHeight,
    window: g.windowHeight,
    stride: g.strideHeight,
    dilation: g.dilationHeight,
    pad: g.padTop,
  },
  columns: {
    length: g.inputWidth,
    positions: g.outputWidth,
    window: g.windowWidth,
    stride: g.strideWidth,
    dilation: g.dilationWidth,
    pad: g.padLeft,
  },
});

/** The terms at one position: sources, and the window positions where they meet. */
interface Place {
  readonly target: number;
  readonly taps: readonly { readonly source: number; readonly at: number }[];
  /** Divisor of the sum. */
  readonly divisor: number;
}

/** Positions that are computed alike; see the top of this file. */
export interface WindowRun {
  readonly count: number;
  /** The first position that is written, and how far it is to the next. */
  readonly target: number;
  readonly targetStep: number;
  /** The first source that the first position reads, and how far it is to the next position's. */
  readonly source: number;
  readonly sourceStep: number;
  /** Sources of each position, how far apart they are, and the window positions that they meet. */
  readonly taps: number;
  readonly tapStep: number;
  readonly at: number;
  readonly atStep: number;
  readonly divisor: number;
}

function runOf(places: readonly Place[]): WindowRun {
  const [first, second] = places as readonly [Place, Place?];
  const [tap, next] = first.taps;
  return {
    count: places.length,
    target: first.target,
    targetStep: second ? second.target - first.target : 1,
    source: tap?.source ?? 0,
    sourceStep: second && tap ? second.taps[0]!.source - tap.source : 0,
    taps: first.taps.length,
    tapStep: tap && next ? next.source - tap.source : 0,
    at: tap?.at ?? 0,
    atStep: tap && next ? next.at - tap.at : 0,
    divisor: first.divisor,
  };
}

/** Says what places of one run have in common. */
const kindOf = ({ taps, divisor }: Place): string =>
  taps.map(({ source, at }) => `${source - taps[0]!.source} ${at}`).join() + ` / ${divisor}`;

function runsOf(places: readonly Place[]): WindowRun[] {
  const runs: Place[][] = [];
  const step = (a: Place, b: Place): string =>
    `${b.target - a.target} ${(b.taps[0]?.source ?? 0) - (a.taps[0]?.source ?? 0)}`;
  for (const place of places) {
    const run = runs.at(-1);
    const [first, second, last] = [run?.[0], run?.[1], run?.at(-1)];
    const continues =
      first !== undefined &&
      kindOf(first) === kindOf(place) &&
      (second === undefined || step(first, second) === step(last!, place));
    if (continues) run!.push(place);
    else runs.push([place]);
  }
  return runs.map(runOf);
}

const range = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i);

/** The inputs that the window of an output position sees, of its positions `first` … `first + count − 1`. */
function seenAt(axis: WindowAxis, position: number, first = 0, count = axis.window) {
  return range(first, count)
    .map((at) => ({ source: position * axis.stride + at * axis.dilation - axis.pad, at }))
    .filter(({ source }) => source >= 0 && source < axis.length);
}

/** Inputs that a window sees, by which a mean divides. */
const seenCount = (axis: WindowAxis, position: number): number =>
  Math.max(1, seenAt(axis, position).length);

/**
 * From inputs to outputs: what the windows of outputs `first` … `first + count − 1` see.
 * @param of - only these window positions.
 * @param divides - whether the sums are divided by what there is to see.
 */
export function forwardRuns(
  axis: WindowAxis,
  {
    first = 0,
    count = axis.positions,
    of = { first: 0, count: axis.window },
    divides = false,
  }: {
    readonly first?: number;
    readonly count?: number;
    readonly of?: { readonly first: number; readonly count: number };
    readonly divides?: boolean;
  } = {},
): WindowRun[] {
  return runsOf(
    range(first, count).map((target) => ({
      target,
      taps: seenAt(axis, target, of.first, of.count),
      divisor: divides ? seenCount(axis, target) : 1,
    })),
  );
}

/**
 * From outputs back to inputs: the outputs whose windows see an input. Inputs a stride apart are
 * seen alike, so that each run takes steps of the stride.
 * @param divisor - of all sums.
 * @param needsPositions - whether it matters which window positions meet; else they are all 0.
 */
export function backwardRuns(
  axis: WindowAxis,
  { divisor = 1, needsPositions = true } = {},
): WindowRun[] {
  // A single window gives the same to every input that it sees.
  const stride = axis.positions === 1 ? 1 : axis.stride;
  return range(0, Math.min(stride, axis.length)).flatMap((phase) =>
    runsOf(
      range(0, Math.ceil((axis.length - phase) / stride)).map((i) => {
        const target = phase + i * stride;
        const taps = range(0, axis.window)
          .map((at) => ({ source: (target + axis.pad - at * axis.dilation) / axis.stride, at }))
          .filter(
            ({ source }) => Number.isInteger(source) && source >= 0 && source < axis.positions,
          )
          .map(({ source, at }) => ({ source, at: needsPositions ? at : 0 }));
        return { target, taps, divisor };
      }),
    ),
  );
}

/** Outputs one by one, divided by what their windows see. */
export const sharesAlong = (axis: WindowAxis): WindowRun[] =>
  runsOf(
    range(0, axis.positions).map((target) => ({
      target,
      taps: [{ source: target, at: 0 }],
      divisor: seenCount(axis, target),
    })),
  );
