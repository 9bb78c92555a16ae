/**
 * Lists of the winners of a max pooling that have a gradient. Windows `[P, Q]` are walked through
 * with K filters each, four at a time; an entry is written for each, and stays if its gradient is
 * not 0: the end of its list then moves on. So nothing branches on numbers.
 *
 * A table holds the ends of the lists, as addresses.
 */
import type { WindowGeometry } from '../../window-geometry.ts';
import type { Code, Local } from './code.ts';
import { ENTRY } from './entry-sums.ts';
import { FLOAT, LANES, loadVector } from './vector-access.ts';

/** Bytes of an address. */
export const ADDRESS = 4;

/** Lists that lie one after the other, behind the table of their ends. */
export interface Lists {
  readonly count: number;
  /** Entries that a list has room for. */
  readonly capacity: number;
}

/** Bytes of the table; it is written to four ends at a time. */
export const tableBytes = ({ count }: Lists): number => Math.ceil(count / LANES) * LANES * ADDRESS;

/** Bytes of the lists with their table, and with the entry that is written behind a full list. */
export const listsBytes = (lists: Lists): number =>
  tableBytes(lists) + (lists.count * lists.capacity + 1) * ENTRY;

/** Emits: makes all lists empty. @param table - the address of their ends. */
export function emitEmptyLists(code: Code, lists: Lists, table: Local): void {
  const [end, at] = [code.copy(table, tableBytes(lists)), code.copy(table)];
  code.repeat(lists.count, () => {
    code.get(at).get(end).access('i32Store', 0);
    code.advance(at, ADDRESS).advance(end, lists.capacity * ENTRY);
  });
}

/** Rows of windows whose winners are walked through. */
export interface WinnerRows {
  readonly rows: number;
  readonly filters: number;
  readonly pooling: WindowGeometry;
}

/** What a walk over winners begins with; it moves these on. */
export interface WinnerPointers {
  /** Of the first window. */
  readonly gradients: Local;
  readonly positions: Local;
  /** The number, as positions count, of the first input of the first window. */
  readonly input: Local;
}

/** Four winners. */
export interface FourWinners {
  readonly width: number;
  readonly gradients: Local;
  /** How many inputs each lies behind the first of its window. */
  readonly distances: Local;
  /** {@link ENTRY} where the gradient is not 0, else 0. */
  readonly steps: Local;
}

/** What happens on a walk, and with pointers that move with it. */
export interface WinnerWalk {
  group(winners: FourWinners): void;
  /** After the filters of a window: to the next in its row. */
  nextWindow(): void;
  beginRow(): void;
  nextRow(): void;
}

/** Emits a walk over winners; after each group of four filters, `pointers` are at the next. */
export function emitWinnerWalk(
  code: Code,
  { rows, filters, pooling: g }: WinnerRows,
  { gradients, positions, input }: WinnerPointers,
  walk: WinnerWalk,
): void {
  const winners = { gradients: code.local('v128'), distances: code.local('v128') };
  const steps = code.local('v128');
  const [row, at] = [code.copy(input), code.local('i32')];
  const group = (width: number): void => {
    loadVector(code, gradients, 0, width);
    code.set(winners.gradients);
    loadVector(code, positions, 0, width);
    code.get(at).op('i32x4Splat').op('i32x4Sub').i32x4([0, 1, 2, 3]).op('i32x4Sub');
    code.set(winners.distances);
    code.get(winners.gradients).splat(0).op('f32x4Ne').i32(ENTRY).op('i32x4Splat', 'v128And');
    code.set(steps);
    walk.group({ width, ...winners, steps });
    code
      .advance(gradients, width * FLOAT)
      .advance(positions, width * FLOAT)
      .advance(at, width);
  };
  code.repeat(rows, () => {
    code.assign(at, row);
    walk.beginRow();
    code.repeat(g.outputWidth, () => {
      code.repeat(Math.floor(filters / LANES), () => {
        group(LANES);
      });
      if (filters % LANES > 0) group(filters % LANES);
      code.advance(at, (g.strideWidth - 1) * filters);
      walk.nextWindow();
    });
    code.advance(row, g.strideHeight * g.inputWidth * filters);
    walk.nextRow();
  });
}

/**
 * Emits a vector that says for each winner what belongs to its place in the window.
 * @param valueOf - of the place in that row and column of the window; 0 of the first.
 */
export function emitByPlace(
  code: Code,
  { pooling: g, filters }: WinnerRows,
  distances: Local,
  valueOf: (row: number, column: number) => number,
): void {
  code.i32(0).op('i32x4Splat');
  for (let r = 0; r < g.windowHeight; r++) {
    for (let s = 0; s < g.windowWidth; s++) {
      if (r + s === 0) continue;
      code.i32((r * g.inputWidth + s) * filters).op('i32x4Splat');
      code.get(distances).op('i32x4Eq');
      code.i32(valueOf(r, s)).op('i32x4Splat', 'v128And', 'v128Or');
    }
  }
}
