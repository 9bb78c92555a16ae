/** Tiles, and the memory in which their values at points lie. */
import type { ColumnGroup } from '../contraction.ts';
import { FLOAT, LANES } from '../vector-access.ts';
import { LARGEST_TILE, pointsOfTile } from './interpolation.ts';

/** Bytes of a vector. */
export const VECTOR = LANES * FLOAT;
/** Points of the largest tile, along one axis. */
export const POINTS = pointsOfTile(LARGEST_TILE);
const LINE = 64;
/** Products of a point that are added up at a time: errors would grow with longer sums. */
export const PRODUCTS_OF_BLOCK = 64;

/** Steps of a tensor of images, in elements. */
export interface ImageSteps {
  readonly row: number;
  readonly sample: number;
}

/** How wide a group of filters is. */
export type FilterGroup = Pick<ColumnGroup, 'width' | 'vectors'>;

/** Tiles of some samples, and the images that they are of. */
export interface Tiles {
  readonly samples: number;
  /** Outputs of each row and of each column of tiles, the largest first. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** C. */
  readonly channels: number;
  /** K. */
  readonly filters: number;
  /** Groups of filters that are computed, of those that {@link columnGroups} makes. */
  readonly groups: readonly FilterGroup[];
  /** Of the padded input, `[N, H, W, C]`. */
  readonly field: ImageSteps;
  /** Of the output, or of its gradient. */
  readonly output: ImageSteps;
}

/** Tiles of one size that follow each other. */
export interface Run {
  readonly size: number;
  readonly count: number;
}

export function runsOf(tiles: readonly number[]): Run[] {
  return [...new Set(tiles)].map((size) => ({
    size,
    count: tiles.filter((other) => other === size).length,
  }));
}

/** Points that equally many tiles have. */
export interface PointRun {
  readonly first: number;
  readonly count: number;
  /** The first so many tiles. */
  readonly tiles: number;
}

export function pointRunsOf(tiles: readonly number[]): PointRun[] {
  const runs: PointRun[] = [];
  for (let point = 0; point < POINTS; point++) {
    const having = tiles.filter((size) => pointsOfTile(size) > point).length;
    const last = runs.at(-1);
    if (last?.tiles === having) runs.splice(-1, 1, { ...last, count: last.count + 1 });
    else if (having > 0) runs.push({ first: point, count: 1, tiles: having });
  }
  return runs;
}

/** Tiles of all samples. */
export const slotsOf = ({ samples, rows, columns }: Tiles): number =>
  samples * rows.length * columns.length;

/** Numbers from a point to the next: an odd number of cache lines, so that points share no cache set. */
const pointStep = (numbers: number): number => {
  const lines = Math.ceil((numbers * FLOAT) / LINE);
  return ((lines + Number(lines % 2 === 0)) * LINE) / FLOAT;
};

const widest = ({ groups }: Tiles): number => Math.max(...groups.map(({ width }) => width));

/**
 * Memory of tiles, in numbers: that of a tile's transform, V, and M, which has the values of outputs at the
 * points, for a group of filters; then a group's kernel at the points, or its gradient.
 */
export function scratchLayout(tiles: Tiles) {
  const v = pointStep(slotsOf(tiles) * tiles.channels);
  const m = pointStep(slotsOf(tiles) * widest(tiles));
  const atV = POINTS * POINTS * LANES;
  const atM = atV + POINTS * POINTS * v;
  const atKernel = atM + POINTS * POINTS * m;
  return { v, m, atV, atM, atKernel };
}
