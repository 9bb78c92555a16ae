/**
 * Convolution with kernels of 3 × 3 by tiles, with a quarter of the multiplications
 * (emit/winograd.ts, ADR 14). One layer is computed so for any number of samples, or for none: what
 * it gives does not depend on the others of a batch.
 */
import { sizeOf, type Shape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import { columnGroups } from '../emit/contraction.ts';
import { TAPS, tilesOver } from '../emit/interpolation.ts';
import { FLOAT } from '../emit/vector-access.ts';
import {
  emitKernelTransform,
  emitWinograd,
  transformedSizes,
  winogradScratch,
  type KernelGroup,
  type KernelSteps,
  type WinogradTiles,
} from '../emit/winograd.ts';
import type { Engine } from '../run/engine.ts';
import { CHUNKS, LINE, stretches, type Stretch } from '../run/stretches.ts';
import {
  sampleAddress,
  spanOf,
  type Call,
  type MaxPooling,
  type SampleWork,
  type Span,
  type UnitWork,
} from '../run/work.ts';
import { copyCall, paddedLayout, staysInside } from './sliding-window.ts';

/** Fewer channels or filters, and fewer outputs, are not worth the transforms. */
const FEWEST_CHANNELS = 8;
const FEWEST_OUTPUTS = 16;
/** A transformed kernel takes four times the memory of one as large as this, 36 MiB. */
const LARGEST_KERNEL = TAPS * TAPS * 512 * 512;

/** Bytes of transformed tiles that are worked on at a time: they fit a second-level cache. */
const TILES_BYTES = 192 * 1024;
/** Tiles of small images are worked on together, up to so many. */
const MOST_TOGETHER = 40;

/** How convolutions are computed: by tiles where that is less work, or all as their definition says. */
export type Arithmetic = 'fast' | 'direct';

/** Whether a convolution is computed by tiles. */
export function isByTiles(
  arithmetic: Arithmetic,
  [R, S, C, K]: Shape,
  groups: number,
  g: WindowGeometry,
): boolean {
  return (
    arithmetic === 'fast' &&
    groups === 1 &&
    R === TAPS &&
    S === TAPS &&
    [g.strideHeight, g.strideWidth, g.dilationHeight, g.dilationWidth].every((n) => n === 1) &&
    Math.min(C!, K!) >= FEWEST_CHANNELS &&
    sizeOf([R, S, C!, K!]) <= LARGEST_KERNEL &&
    Math.min(g.outputHeight, g.outputWidth) > 1 &&
    g.outputHeight * g.outputWidth >= FEWEST_OUTPUTS
  );
}

/** A kernel as it is before it is transformed: as C × K matrices, one for each tap. */
export interface TappedKernel {
  readonly span: Span;
  /** C and K. */
  readonly channels: number;
  readonly filters: number;
  readonly steps: KernelSteps;
  readonly isFlipped: boolean;
  /** What the transformed kernel is kept under. */
  readonly key: string;
}

/** A transformed kernel: its groups of filters, one after the other. */
export interface TransformedKernel {
  readonly span: Span;
  readonly work: UnitWork;
}

/** Transforms a kernel, if it has changed since it was transformed last. */
export function transformedKernel(engine: Engine, kernel: TappedKernel): TransformedKernel {
  const { channels, filters, steps, isFlipped } = kernel;
  const sizes = transformedSizes({ channels, width: filters });
  const kept = engine.scratch(`transformed ${kernel.key}`, sizes.all);
  const span = { address: kept.address, bytes: sizes.points * FLOAT };
  const callOf = ({ first, width, vectors }: ReturnType<typeof columnGroups>[number]): Call => {
    const group: KernelGroup = { channels, vectors, width, steps, isFlipped };
    const before = transformedSizes({ channels, width: first });
    return {
      key: `transform ${JSON.stringify(group)}`,
      emit: (code) => {
        emitKernelTransform(code, group, engine.multiplyAdd);
      },
      values: [
        kernel.span.address + first * steps.filter * FLOAT,
        kept.address + before.points * FLOAT,
        kept.address + (sizes.points + before.taps) * FLOAT,
      ],
    };
  };
  const groups = columnGroups(filters);
  const work: UnitWork = {
    kind: 'units',
    name: 'kernelTransform',
    reads: [kernel.span],
    writes: [kept],
    isPreparation: true,
    pieces: (most) =>
      stretches(groups.length, most).map(({ first, count }) =>
        groups.slice(first, first + count).map(callOf),
      ),
  };
  return { span, work };
}

/** A convolution by tiles. */
export interface ByTiles {
  /** `[N, H, W, C]` */
  readonly input: Tensor;
  readonly kernel: Span;
  readonly bias?: Span | undefined;
  /** K. */
  readonly filters: number;
  readonly geometry: WindowGeometry;
  readonly output: Span;
  readonly hasRelu?: boolean;
  readonly pooling?: MaxPooling | undefined;
}

/** Rows and columns of tiles that are worked on at a time. */
interface Block {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Outputs before it, along each axis. */
  readonly top: number;
  readonly left: number;
}

/** Sums over a range of tiles. */
const outputsOf = (tiles: readonly number[]): number => tiles.reduce((sum, size) => sum + size, 0);

/** Cuts tiles into blocks of at most `most` rows and columns. */
function blocksOf(
  rows: readonly number[],
  columns: readonly number[],
  mostRows: number,
  mostColumns: number,
): Block[] {
  const cut = (tiles: readonly number[], most: number) =>
    stretches(tiles.length, Math.ceil(tiles.length / most)).map(({ first, count }) => ({
      tiles: tiles.slice(first, first + count),
      before: outputsOf(tiles.slice(0, first)),
    }));
  return cut(rows, mostRows).flatMap((down) =>
    cut(columns, mostColumns).map((across) => ({
      rows: down.tiles,
      columns: across.tiles,
      top: down.before,
      left: across.before,
    })),
  );
}

/** How a convolution is cut into blocks of tiles, and what all of them have in common. */
function layoutOf({ input, bias, hasRelu = false, pooling, filters: K, geometry: g }: ByTiles) {
  const [, H, W, channels] = input.shape as [number, number, number, number];
  const [P, Q] = [g.outputHeight, g.outputWidth];
  const padding = staysInside(g) ? undefined : paddedLayout(g, channels);
  const { height, width } = padding ?? { height: H, width: W };
  const field = { row: width * channels, sample: height * width * channels };
  // Pooling leaves out an odd last row, which then need not be computed.
  const [shrink, written] = pooling
    ? [2, { row: Math.floor(Q / 2) * K, sample: Math.floor(P / 2) * Math.floor(Q / 2) * K }]
    : [1, { row: Q * K, sample: P * Q * K }];
  const tilesOf = (outputs: number): readonly number[] => tilesOver(outputs - (outputs % shrink));
  const [rows, columns] = [tilesOf(P), tilesOf(Q)];
  const groups = columnGroups(K);
  const settings = {
    channels,
    filters: K,
    field,
    output: written,
    hasBias: bias !== undefined,
    hasRelu,
    pooled: pooling && { row: Q * K, sample: P * Q * K },
  };
  const bytesOf = (tiles: Pick<WinogradTiles, 'rows' | 'columns' | 'samples'>): number =>
    winogradScratch({ ...settings, groups, ...tiles }) * FLOAT;

  const ofTile = bytesOf({ samples: 1, rows: rows.slice(0, 1), columns: columns.slice(0, 1) });
  const fitting = Math.max(1, Math.floor(TILES_BYTES / ofTile));
  const mostColumns = Math.min(columns.length, Math.max(4, fitting));
  const blocks = blocksOf(
    rows,
    columns,
    Math.max(1, Math.floor(fitting / mostColumns)),
    mostColumns,
  );
  const tilesOfSample = rows.length * columns.length;
  const together = Math.max(1, Math.floor(Math.min(MOST_TOGETHER, fitting) / tilesOfSample));
  const ofBlocks = blocks.map((block) => bytesOf({ ...block, samples: together }));
  return { settings, shrink, groups, blocks, together, padding, bytes: Math.max(...ofBlocks) };
}

/** A convolution by tiles as work; behind the work that transforms its kernel. */
export function convolutionByTiles(engine: Engine, spec: ByTiles): SampleWork {
  const { kernel, bias, output, hasRelu = false, pooling, geometry: g } = spec;
  const input = spanOf(spec.input.data);
  const [N, H, W, C] = spec.input.shape as [number, number, number, number];
  const [P, Q, K] = [g.outputHeight, g.outputWidth, spec.filters];
  const { settings, shrink, groups, blocks, together, padding, bytes } = layoutOf(spec);

  // Chunks, or of a single sample its parts, may be worked on at the same time: each has memory.
  const parts = N === 1 ? stretches(groups.length, engine.threads.count) : stretches(N, CHUNKS);
  const lines = (numbers: number): number => Math.ceil(numbers / LINE) * LINE;
  const padded = padding ? lines(together * settings.field.sample) : 0;
  const size = padded + lines(bytes / FLOAT);
  // What lies around the images stays 0, so this memory is for images that lie in it alike.
  const key = `tiles ${size} ${C} ${JSON.stringify(g)}`;
  let scratch: Span | undefined;
  const scratchOf = (first: number): number => {
    scratch ??= engine.scratch(key, size * parts.length);
    return scratch.address + size * FLOAT * parts.findLastIndex((part) => part.first <= first);
  };

  const copyingOf = (sample: number, count: number, to: number): readonly Call[] => {
    if (!padding) return [];
    const samples = { count, from: H * W * C, to: settings.field.sample };
    const from = sampleAddress(input, N, sample);
    return [copyCall([samples, ...padding.loops], from, to + padding.offset * FLOAT)];
  };
  /** Of some samples that are worked on together, and of a range of groups of filters. */
  const slidingOf = (
    { first: sample, count: samples }: Stretch,
    { first, count }: Stretch,
    scratch: number,
  ): readonly Call[] =>
    blocks.map(({ rows, columns, top, left }) => {
      const ofGroups = groups
        .slice(first, first + count)
        .map(({ width, vectors }) => ({ width, vectors }));
      const tiles: WinogradTiles = { ...settings, samples, rows, columns, groups: ofGroups };
      const filter = groups[first]!.first;
      const from = padding ? scratch : sampleAddress(input, N, sample);
      const to = (top / shrink) * settings.output.row + (left / shrink) * K + filter;
      return {
        key: `winograd ${JSON.stringify(tiles)}`,
        emit: (code) => {
          emitWinograd(code, tiles, engine.multiplyAdd);
        },
        values: [
          from + (top * settings.field.row + left * C) * FLOAT,
          kernel.address + transformedSizes({ channels: C, width: filter }).points * FLOAT,
          bias ? bias.address + filter * FLOAT : 0,
          sampleAddress(output, N, sample) + to * FLOAT,
          scratch + padded * FLOAT,
          pooling ? sampleAddress(pooling.positions, N, sample) + to * FLOAT : 0,
          ((sample * P + top) * Q + left) * K + filter,
        ],
      };
    });
  const callsOf = (samples: Stretch, ofGroups: Stretch, scratch: number): readonly Call[] =>
    stretches(samples.count, Math.ceil(samples.count / together)).flatMap(({ first, count }) => {
      const sample = samples.first + first;
      return [
        ...copyingOf(sample, count, scratch),
        ...slidingOf({ first: sample, count }, ofGroups, scratch),
      ];
    });
  const allGroups = { first: 0, count: groups.length };
  return {
    kind: 'samples',
    name: 'convolution',
    samples: N,
    reads: [input, kernel, ...(bias ? [bias] : [])],
    writes: [output, ...(pooling ? [pooling.positions] : [])],
    calls: (first, count) => callsOf({ first, count }, allGroups, scratchOf(N === 1 ? 0 : first)),
    parts: {
      count: groups.length,
      calls: (first, count) => callsOf({ first: 0, count: N }, { first, count }, scratchOf(first)),
    },
    ...(pooling || hasRelu
      ? {}
      : {
          finishedBy: (finish, _gate, output) =>
            finish === 'relu'
              ? convolutionByTiles(engine, { ...spec, hasRelu: true, output })
              : undefined,
        }),
    ...(pooling ? {} : { pooledBy: (pooling) => pooledByTiles(engine, spec, pooling) }),
  };
}

/** With a max pooling by windows of 2 × 2 behind it; none for others. */
function pooledByTiles(engine: Engine, spec: ByTiles, pooling: MaxPooling): SampleWork | undefined {
  const { geometry: g, output } = pooling;
  const isByTwo = [g.windowHeight, g.windowWidth, g.strideHeight, g.strideWidth].every(
    (size) => size === 2,
  );
  const { outputHeight: P, outputWidth: Q } = spec.geometry;
  const isWithin =
    g.padTop === 0 && g.padLeft === 0 && g.dilationHeight === 1 && g.dilationWidth === 1;
  const isFloored = g.outputHeight === Math.floor(P / 2) && g.outputWidth === Math.floor(Q / 2);
  if (!isByTwo || !isWithin || !isFloored) return undefined;
  const { data } = output;
  return convolutionByTiles(engine, {
    ...spec,
    output: { address: data.byteOffset, bytes: data.byteLength },
    pooling,
  });
}
