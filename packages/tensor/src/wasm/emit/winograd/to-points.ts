/** From images to the values of their tiles at the points. */
import type { Code, Local } from '../code.ts';
import { FLOAT, LANES, loadVector, storeVector } from '../vector-access.ts';
import type { Matrix } from './interpolation.ts';
import type { LinearCombinations } from './linear-combinations.ts';
import { POINTS, runsOf, slotsOf, VECTOR, type ImageSteps, type Tiles } from './tiles.ts';

/** What is transformed, and how. */
export interface ToPoints {
  /** The matrix of a tile of so many outputs. */
  readonly matrix: (outputs: number) => Matrix;
  /** Elements from a pixel to the next. */
  readonly pixel: number;
  readonly steps: ImageSteps;
  /** Channels that are transformed; of the values of a point, too. */
  readonly width: number;
  /** Numbers from a point to the next. */
  readonly point: number;
}

/** Where images, values at points and a tile's scratch begin. */
export interface ToPointsPointers {
  readonly image: Local;
  readonly points: Local;
  readonly scratch: Local;
}

/** Emits the transform of every tile: first along its columns, then along its rows. */
export function emitToPoints(
  code: Code,
  tiles: Tiles,
  linear: LinearCombinations,
  spec: ToPoints,
  { image, points, scratch }: ToPointsPointers,
): void {
  const { samples } = tiles;
  const { pixel, steps, width } = spec;
  const [sample, slot] = [code.copy(image), code.copy(points)];
  const [atRow, at] = [code.local('i32'), code.local('i32')];
  code.repeat(samples, () => {
    code.assign(atRow, sample);
    for (const rows of runsOf(tiles.rows)) {
      code.repeat(rows.count, () => {
        code.assign(at, atRow);
        for (const columns of runsOf(tiles.columns)) {
          code.repeat(columns.count, () => {
            emitTile(code, linear, spec, [rows.size, columns.size], { at, slot, scratch });
            code.advance(at, (columns.size * pixel - width) * FLOAT);
            code.advance(slot, (samples - 1) * width * FLOAT);
          });
        }
        code.advance(atRow, rows.size * steps.row * FLOAT);
      });
    }
    code.advance(sample, steps.sample * FLOAT);
    code.advance(slot, (1 - slotsOf(tiles)) * width * FLOAT);
  });
}

/** One tile; moves `at` and `slot` past its channels. */
function emitTile(
  code: Code,
  linear: LinearCombinations,
  { matrix, pixel, steps, width, point }: ToPoints,
  [rows, columns]: readonly [number, number],
  { at, slot, scratch }: Readonly<Record<'at' | 'slot' | 'scratch', Local>>,
): void {
  const [down, across] = [matrix(rows), matrix(columns)];
  const [from, to] = [code.local('i32'), code.local('i32')];
  const vector = (lanes: number): void => {
    code.assign(from, at).assign(to, scratch);
    code.repeat(across[0]!.length, () => {
      const inputs = down[0]!.map((_, r) =>
        code.keep(() => {
          loadVector(code, from, r * steps.row * FLOAT, lanes);
        }),
      );
      storeAll(code, linear.product(down, inputs), to, POINTS * VECTOR);
      code.advance(from, pixel * FLOAT).advance(to, VECTOR);
    });
    code.assign(from, scratch).assign(to, slot);
    code.repeat(down.length, () => {
      const values = loadAll(code, across[0]!.length, from, VECTOR);
      for (const [i, result] of linear.product(across, values).entries())
        storeVector(code, to, i * point * FLOAT, lanes, result);
      code.advance(from, POINTS * VECTOR).advance(to, POINTS * point * FLOAT);
    });
    code.advance(at, lanes * FLOAT).advance(slot, lanes * FLOAT);
  };
  code.repeat(Math.floor(width / LANES), () => {
    vector(LANES);
  });
  if (width % LANES > 0) vector(width % LANES);
}

/** Loads vectors that lie `step` bytes apart. */
export const loadAll = (
  code: Code,
  count: number,
  from: Local,
  step: number,
  offset = 0,
): Local[] =>
  Array.from({ length: count }, (_, i) =>
    code.keep(() => code.get(from).access('v128Load', offset + i * step)),
  );

/** Stores vectors `step` bytes apart. */
export function storeAll(code: Code, values: readonly Local[], to: Local, step: number): void {
  for (const [i, value] of values.entries())
    code
      .get(to)
      .get(value)
      .access('v128Store', i * step);
}
