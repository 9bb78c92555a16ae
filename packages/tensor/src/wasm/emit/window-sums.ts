/**
 * Sums over windows that keep channels apart: depthwise convolution, average pooling and their
 * input gradients.
 *
 *     target[y, x, c] = finish((start + Σ source[y', x', c / M] · weights[r, s, c]) / divisor)
 *
 * over the window positions (r, s) and the sources (y', x') that meet them, as runs of rows and
 * columns say. Channels lie in the lanes of vectors. A block of neighbouring positions, or of
 * channels where positions are few, is kept in registers while the window is walked through.
 */
import type { Code, Local } from './code.ts';
import { emitFinish, type Finish, type MultiplyAdd } from './contraction.ts';
import { PRODUCTS_OF_BLOCK, sumsInBlocks, TERMS_OF_BLOCK } from './sums-in-blocks.ts';
import { FLOAT, LANES, loadVector, storeVector } from './vector-access.ts';
import type { WindowRun } from './window-runs.ts';

/** A sum over windows. Sizes in elements; `[height, width]` of one sample. */
export interface WindowSums {
  readonly samples: number;
  readonly rows: readonly WindowRun[];
  readonly columns: readonly WindowRun[];
  /** Channels C of the target; the source has C / M. */
  readonly channels: number;
  readonly multiplier: number;
  readonly source: readonly [number, number];
  readonly target: readonly [number, number];
  /** Columns S of the window that weights `[R, S, C]` belong to; without it they are all 1. */
  readonly weightColumns?: number;
  /** Start of the sums: 0, or a vector of one number for each channel. */
  readonly start: 'zero' | 'bias';
  readonly finish?: Finish | undefined;
}

/** Sums that are formed side by side: enough that none waits for its last addition. */
const SIDE_BY_SIDE = 8;

/**
 * Rows of a window of these lengths are written out instead of looped over. Shorter loops V8
 * unrolls itself, and then keeps more sums in registers than of code that is written out.
 */
const isWorthWritingOut = (taps: number): boolean => taps > 4 && taps <= 8;

/** A vector of target channels, relative to the pointers. */
interface Vector {
  readonly channel: number;
  readonly width: number;
  /** The source channels that belong to it: the first, and those of the lanes relative to it. */
  readonly from: number;
  readonly lanes: readonly number[];
}

/** Bodies that cover channels, each a block of vectors, `times` times one after the other. */
export interface ChannelLoop {
  readonly times: number;
  readonly blocks: readonly (readonly Vector[])[];
  /** Channels that one turn covers. */
  readonly channels: number;
}

/** Covers channels by blocks of at most `most` vectors; by single ones where M > 1. */
export function channelLoops(channels: number, multiplier: number, most: number): ChannelLoop[] {
  const vector = (channel: number, width: number): Vector => {
    const from = Math.floor(channel / multiplier);
    const lanes = [0, 1, 2, 3].map(
      (lane) => Math.floor((channel + Math.min(lane, width - 1)) / multiplier) - from,
    );
    return { channel, width, from, lanes };
  };
  const vectors = (count: number): Vector[] =>
    Array.from({ length: Math.ceil(count / LANES) }, (_, i) =>
      vector(i * LANES, Math.min(LANES, count - i * LANES)),
    );
  // After as many channels as both M and the vectors divide, lanes repeat.
  let period = LANES * (multiplier === 1 ? Math.min(most, Math.ceil(channels / LANES)) : 1);
  while (period % multiplier > 0) period += LANES;
  const blocks = (count: number): Vector[][] =>
    multiplier === 1 ? [vectors(count)] : vectors(count).map((one) => [one]);
  const times = Math.floor(channels / period);
  const rest = channels - times * period;
  // A rest, even of nothing, comes last: nothing follows it.
  return [
    { times, blocks: blocks(period), channels: period },
    { times: 1, blocks: rest > 0 ? blocks(rest) : [], channels: rest },
  ];
}

/** Leaves on the stack the source channels of a vector, each in the lanes that it belongs to. */
export function loadSpread(code: Code, address: Local, offset: number, vector: Vector): void {
  const [, , , last] = vector.lanes as [number, number, number, number];
  const at = offset + vector.from * FLOAT;
  if (last === 0 && vector.width > 1) {
    code.get(address).access('v128Load32Splat', at);
    return;
  }
  loadVector(code, address, at, last + 1);
  if (last === vector.width - 1) return;
  const packed = code.local('v128');
  code.set(packed).get(packed).get(packed);
  code.shuffle(vector.lanes as [number, number, number, number]);
}

interface Pointers {
  readonly source: Local;
  readonly weights: Local;
  readonly target: Local;
  readonly side: Local;
}

/** Emits the function `(source, weights, target, side)`; `side` is the bias, or the gate. */
export function emitWindowSums(code: Code, spec: WindowSums, multiplyAdd: MultiplyAdd): void {
  const { channels: C, multiplier, weightColumns: S = 0 } = spec;
  const sourcePixel = (C / multiplier) * FLOAT;
  const targetPixel = C * FLOAT;
  const [sourceRow, targetRow] = [spec.source[1] * sourcePixel, spec.target[1] * targetPixel];
  const gated = spec.finish === 'gate' ? 1 : 0;
  const advance = (at: Pointers, source: number, weights: number, target: number): void => {
    code.advance(at.source, source).advance(at.weights, weights);
    code.advance(at.target, target).advance(at.side, gated * target);
  };

  /** The sums of `count` positions and some vectors of channels. */
  const block = (
    at: Pointers,
    [row, column]: readonly [WindowRun, WindowRun],
    count: number,
    vectors: readonly Vector[],
  ): void => {
    const positions = Array.from({ length: count }, (_, i) => i);
    const sums = positions.map(() => vectors.map(() => code.local('v128')));
    for (const sum of sums.flatMap((all) => [...all.entries()])) {
      const vector = vectors[sum[0]]!;
      if (spec.start === 'zero') code.splat(0);
      else loadVector(code, at.side, vector.channel * FLOAT, vector.width);
      code.set(sum[1]);
    }
    const [value, weight] = [code.local('v128'), vectors.map(() => code.local('v128'))];
    const step = (tap: Pointers, [sourceAt, weightsAt]: readonly [number, number]): void => {
      for (const [v, { channel, width }] of vectors.entries()) {
        if (S === 0) break;
        loadVector(code, tap.weights, weightsAt + channel * FLOAT, width);
        code.set(weight[v]!);
      }
      for (const [i, all] of sums.entries()) {
        for (const [v, sum] of all.entries()) {
          const position = i * column.sourceStep * sourcePixel;
          loadSpread(code, tap.source, sourceAt + position, vectors[v]!);
          if (S === 0) code.get(sum).op('f32x4Add').set(sum);
          else {
            code.set(value);
            multiplyAdd(code, value, weight[v]!, sum);
          }
        }
      }
    };
    const blocks = sumsInBlocks(
      code,
      sums.flat(),
      row.taps * column.taps,
      S === 0 ? TERMS_OF_BLOCK : PRODUCTS_OF_BLOCK,
    );
    const sourceStep = column.tapStep * sourcePixel;
    const weightsStep = S === 0 ? 0 : column.atStep * targetPixel;
    const isWrittenOut = isWorthWritingOut(column.taps);
    // Offsets are never negative: where steps are, pointers begin at the last tap.
    const back = (tapStep: number): number =>
      isWrittenOut ? Math.min(0, (column.taps - 1) * tapStep) : 0;
    const inRow = code.copies(at);
    code.advance(inRow.source, back(sourceStep)).advance(inRow.weights, back(weightsStep));
    const walkRow = (): void => {
      if (isWrittenOut) {
        for (let i = 0; i < column.taps; i++)
          step(inRow, [i * sourceStep - back(sourceStep), i * weightsStep - back(weightsStep)]);
      } else {
        const tap = code.copies(inRow);
        blocks.repeat(column.taps, () => {
          step(tap, [0, 0]);
          code.advance(tap.source, sourceStep).advance(tap.weights, weightsStep);
        });
      }
      code.advance(inRow.source, row.tapStep * sourceRow);
      code.advance(inRow.weights, row.atStep * S * targetPixel);
    };
    blocks.repeat(row.taps, walkRow, column.taps);
    blocks.finish();
    const divisor = row.divisor * column.divisor;
    for (const [i, all] of sums.entries()) {
      for (const [v, sum] of all.entries()) {
        const { channel, width } = vectors[v]!;
        const offset = i * column.targetStep * targetPixel + channel * FLOAT;
        if (divisor !== 1) code.get(sum).splat(divisor).op('f32x4Div').set(sum);
        emitFinish(code, spec.finish, sum, () => {
          loadVector(code, at.side, offset, width);
        });
        storeVector(code, at.target, offset, width, sum);
      }
    }
  };

  /** All channels of `count` positions. */
  const channels = (from: Pointers, runs: readonly [WindowRun, WindowRun], count: number): void => {
    const at = code.copies(from);
    const most = Math.max(1, Math.floor(SIDE_BY_SIDE / count));
    const loops = channelLoops(C, multiplier, most);
    for (const loop of loops) {
      code.repeat(loop.times, () => {
        for (const vectors of loop.blocks) block(at, runs, count, vectors);
        if (loop === loops.at(-1)) return;
        const step = loop.channels * FLOAT;
        code.advance(at.source, step / multiplier).advance(at.target, step);
        code.advance(at.weights, S === 0 ? 0 : step);
        code.advance(at.side, spec.start === 'bias' || gated ? step : 0);
      });
    }
  };

  const [source, weights, target, side] = code.parameters as [Local, Local, Local, Local];
  const sample = code.copies({ source, weights, target, side });
  code.repeat(spec.samples, () => {
    for (const row of spec.rows) {
      const inRow = code.copies(sample);
      advance(inRow, row.source * sourceRow, row.at * S * targetPixel, row.target * targetRow);
      code.repeat(row.count, () => {
        for (const column of spec.columns) {
          const at = code.copies(inRow);
          advance(
            at,
            column.source * sourcePixel,
            S === 0 ? 0 : column.at * targetPixel,
            column.target * targetPixel,
          );
          const blocks = Math.ceil(column.count / SIDE_BY_SIDE);
          const low = Math.floor(column.count / blocks);
          const higher = column.count - low * blocks;
          for (const [times, count] of [
            [higher, low + 1],
            [blocks - higher, low],
          ] as const) {
            code.repeat(times, () => {
              channels(at, [row, column], count);
              const source = count * column.sourceStep * sourcePixel;
              advance(at, source, 0, count * column.targetStep * targetPixel);
            });
          }
        }
        advance(inRow, row.sourceStep * sourceRow, 0, row.targetStep * targetRow);
      });
    }
    const [sourceSize, targetSize] = [spec.source[0] * sourceRow, spec.target[0] * targetRow];
    advance(sample, sourceSize, 0, targetSize);
  });
}
