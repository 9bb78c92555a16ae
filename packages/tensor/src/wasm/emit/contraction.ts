/**
 * One generator for every product whose columns are contiguous. A matrix product, a convolution
 * and both of its gradients are the same loop nest; they differ in what is looped over and in the
 * strides:
 *
 *     for all outer indices                                       samples, …
 *       for all groups of columns j                               two or three vectors wide
 *         for all inner indices, for all rows i                   output rows and columns, …
 *           C[i, j] = finish(start + Σ over the reduction of A[i, …] · B[…, j])
 *
 * A is read one number at a time and spread over a vector, B and C are read in vectors along j.
 * A block of rows × columns of C is kept in registers while the reduction runs. Columns are
 * outside of the inner loops, so that a group of B's columns stays in the first-level cache.
 */
import type { Code, Local } from './code.ts';
import { PRODUCTS_OF_BLOCK, sumsInBlocks } from './sums-in-blocks.ts';
import { FLOAT, LANES, loadVector, storeVector } from './vector-access.ts';

/** A loop and how far its steps move in A, B and C, in elements. */
export interface ContractionLoop {
  readonly count: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** A contraction. */
export interface Contraction {
  readonly outer: readonly ContractionLoop[];
  readonly inner: readonly ContractionLoop[];
  /** One loop within the other. */
  readonly rows: readonly Omit<ContractionLoop, 'b'>[];
  /** Number of columns; they are contiguous in B and C. */
  readonly columns: number;
  readonly reduction: readonly { readonly count: number; readonly a: number; readonly b: number }[];
  /**
   * Start of the sums: 0, or a vector of one number for each column; or the content of C, which is
   * added at the end, so that small terms meet no sum of many others.
   */
  readonly start: 'zero' | 'c' | 'bias';
  /**
   * A last step for each sum: none; 0 if it is negative; or 0 where another tensor, laid out
   * as C, is not above 0, which is what ReLU does to the gradient of its output.
   */
  readonly finish?: Finish | undefined;
  /** Products that are added up one after the other, before sums of these are ({@link sumsInBlocks}). */
  readonly block?: number;
  /** B lies as {@link columnGroups} says, each group contiguous. */
  readonly isPacked?: boolean;
}

/** A last operation on a result before it is stored. */
export type Finish = 'relu' | 'gate';

/**
 * Rows of a block, by its vectors across: 8 or 9 sums are enough to keep two multipliers busy for
 * the four cycles that one takes; with the vectors that they are made of, they fill the registers.
 */
const TALLEST = [0, 8, 4, 3];
/** Rows of several loops become one list if they are at most this many. */
const LONGEST_LIST_OF_ROWS = 16;

/** Emits code that multiplies and adds: `sum + a · b`, with sum, a and b as given. */
export type MultiplyAdd = (code: Code, a: Local, b: Local, sum: Local) => void;

/** `a · b + sum`, rounded twice. */
export const multiplyThenAdd: MultiplyAdd = (code, a, b, sum) =>
  code.get(a).get(b).op('f32x4Mul').get(sum).op('f32x4Add').set(sum);

/** `a · b + sum`, rounded once. */
export const fusedMultiplyAdd: MultiplyAdd = (code, a, b, sum) =>
  code.get(a).get(b).get(sum).op('f32x4RelaxedMadd').set(sum);

/** Columns `first` … `first + width − 1`, and the widths of the vectors that cover them. */
export interface ColumnGroup {
  readonly first: number;
  readonly width: number;
  readonly vectors: readonly number[];
}

/**
 * Pairs of vectors, of which the last may have a third or stand alone, so that no narrow rest is
 * left over.
 */
export function columnGroups(columns: number): ColumnGroup[] {
  const vectors = new Array<number>(Math.ceil(columns / LANES)).fill(LANES);
  if (columns % LANES > 0) vectors[vectors.length - 1] = columns % LANES;
  const groups: ColumnGroup[] = [];
  for (let first = 0; vectors.length > 0;) {
    const taken = vectors.splice(0, vectors.length <= 3 ? 3 : 2);
    const width = taken.reduce((sum, lanes) => sum + lanes, 0);
    groups.push({ first, width, vectors: taken });
    first += width;
  }
  return groups;
}

/** Emits `body` for each group of columns, those of one width in a loop. */
export function forColumnGroups<Group extends Pick<ColumnGroup, 'width'>>(
  code: Code,
  groups: readonly Group[],
  body: (group: Group) => void,
): void {
  for (let i = 0; i < groups.length;) {
    const group = groups[i]!;
    let equal = 1;
    while (groups[i + equal]?.width === group.width) equal++;
    code.repeat(equal, () => {
      body(group);
    });
    i += equal;
  }
}

/** Addresses that a contraction begins at. */
export interface ContractionPointers {
  readonly a: Local;
  readonly b: Local;
  readonly c: Local;
  /** Of the bias or of the gate. */
  readonly side: Local;
}

/** Emits the function `(a, b, c, side)` of addresses; `side` is the bias, or the gate. */
export function emitContraction(code: Code, spec: Contraction, multiplyAdd: MultiplyAdd): void {
  const [a, b, c, side] = code.parameters as [Local, Local, Local, Local];
  emitContractionAt(code, spec, multiplyAdd, { a, b, c, side });
}

/** What is done with the sums of a block, by row and vector, in place of storing them. */
export type UseOfSums = (sums: readonly (readonly Local[])[], at: ContractionPointers) => void;

/**
 * Emits a contraction as a part of a function.
 * @param use - of the sums, which are then those of one block: a few rows and one group of columns.
 */
export function emitContractionAt(
  code: Code,
  spec: Contraction,
  multiplyAdd: MultiplyAdd,
  at: ContractionPointers,
  use?: UseOfSums,
): void {
  new ContractionEmitter(code, spec, multiplyAdd, use).emit(at);
}

class ContractionEmitter {
  readonly #code: Code;
  readonly #spec: Contraction;
  readonly #multiplyAdd: MultiplyAdd;
  readonly #use: UseOfSums | undefined;

  constructor(code: Code, spec: Contraction, multiplyAdd: MultiplyAdd, use?: UseOfSums) {
    this.#code = code;
    this.#spec = spec;
    this.#multiplyAdd = multiplyAdd;
    this.#use = use;
  }

  emit(from: ContractionPointers): void {
    const isGated = this.#spec.finish === 'gate';
    this.#nest(this.#spec.outer, from, isGated, (at) => {
      this.#columns(at);
    });
  }

  /** Loops, one within the other, that move all pointers. */
  #nest(
    loops: readonly (Omit<ContractionLoop, 'b'> & { readonly b?: number })[],
    from: ContractionPointers,
    movesSide: boolean,
    body: (at: ContractionPointers) => void,
  ): void {
    const [loop, ...inside] = loops.filter(({ count }) => count !== 1);
    if (!loop) {
      body(from);
      return;
    }
    const { a, b = 0, c } = loop;
    const at = this.#code.copies(from);
    this.#code.repeat(loop.count, () => {
      this.#nest(inside, at, movesSide, body);
      this.#advance(at, { a, b, c, side: movesSide ? c : 0 });
    });
  }

  #advance(at: ContractionPointers, by: { a: number; b: number; c: number; side: number }): void {
    for (const key of ['a', 'b', 'c', 'side'] as const)
      this.#code.advance(at[key], by[key] * FLOAT);
  }

  /** Covers the columns by groups, equal groups by a loop. */
  #columns(from: ContractionPointers): void {
    const { inner, reduction } = this.#spec;
    const bRows = [...inner.filter(({ b }) => b > 0), ...reduction].reduce(
      (product, { count }) => product * count,
      1,
    );
    const at = this.#code.copies(from);
    forColumnGroups(this.#code, columnGroups(this.#spec.columns), ({ width, vectors }) => {
      const loops = inner.map((loop) => ({ ...loop, b: this.#bStep(loop.b, width) }));
      this.#nest(loops, at, this.#spec.finish === 'gate', (pointers) => {
        this.#rows(pointers, vectors, width);
      });
      const b = this.#spec.isPacked ? bRows * width : width;
      this.#advance(at, { a: 0, b, c: width, side: width });
    });
  }

  /** A step in B, given for unpacked columns; a packed group has rows of its own width. */
  #bStep(b: number, width: number): number {
    return this.#spec.isPacked ? (b / this.#spec.columns) * width : b;
  }

  /** Covers the rows by blocks as tall as the registers allow. */
  #rows(from: ContractionPointers, vectors: readonly number[], width: number): void {
    const { rows } = this.#spec;
    const total = rows.reduce((product, { count }) => product * count, 1);
    const tallest = this.#use ? total : TALLEST[vectors.length]!;
    if (total <= LONGEST_LIST_OF_ROWS) {
      const list = rows.reduce<{ a: number; c: number }[]>(
        (list, loop) =>
          list.flatMap(({ a, c }) =>
            Array.from({ length: loop.count }, (_, i) => ({
              a: a + i * loop.a,
              c: c + i * loop.c,
            })),
          ),
        [{ a: 0, c: 0 }],
      );
      for (const height of heights(total, tallest))
        this.#block(from, vectors, width, list.splice(0, height));
      return;
    }
    const { count, a, c } = rows.at(-1)!;
    const isGated = this.#spec.finish === 'gate';
    this.#nest(rows.slice(0, -1), from, isGated, (outer) => {
      const at = this.#code.copies(outer);
      const all = heights(count, tallest);
      for (const height of new Set(all)) {
        const list = Array.from({ length: height }, (_, i) => ({ a: i * a, c: i * c }));
        this.#code.repeat(all.filter((other) => other === height).length, () => {
          this.#block(at, vectors, width, list);
          this.#advance(at, { a: height * a, b: 0, c: height * c, side: isGated ? height * c : 0 });
        });
      }
    });
  }

  /** One block of C: start, reduce, finish, store. */
  #block(
    at: ContractionPointers,
    widths: readonly number[],
    width: number,
    rows: readonly { readonly a: number; readonly c: number }[],
  ): void {
    const code = this.#code;
    const { start } = this.#spec;
    const sums = rows.map(() => widths.map(() => code.local('v128')));
    for (const row of sums) {
      for (const [j, sum] of row.entries()) {
        if (start === 'bias') loadVector(code, at.side, j * LANES * FLOAT, widths[j]!);
        else code.splat(0);
        code.set(sum);
      }
    }
    const vectors = widths.map(() => code.local('v128'));
    const spread = code.local('v128');
    this.#reduce(at, width, sums.flat(), (a, b) => {
      for (const [j, vector] of vectors.entries()) {
        loadVector(code, b, j * LANES * FLOAT, widths[j]!);
        code.set(vector);
      }
      for (const [i, row] of sums.entries()) {
        code
          .get(a)
          .access('v128Load32Splat', rows[i]!.a * FLOAT)
          .set(spread);
        for (const [j, sum] of row.entries()) this.#multiplyAdd(code, spread, vectors[j]!, sum);
      }
    });
    if (this.#use) {
      this.#use(sums, at);
      return;
    }
    for (const [i, row] of sums.entries()) {
      for (const [j, sum] of row.entries()) {
        const offset = (rows[i]!.c + j * LANES) * FLOAT;
        if (start === 'c') {
          loadVector(code, at.c, offset, widths[j]!);
          code.get(sum).op('f32x4Add').set(sum);
        }
        emitFinish(code, this.#spec.finish, sum, () => {
          loadVector(code, at.side, offset, widths[j]!);
        });
        storeVector(code, at.c, offset, widths[j]!, sum);
      }
    }
  }

  /**
   * The loops of the reduction, never written out: V8 moves the loads of a long body to its
   * beginning, where they push the sums out of the registers.
   */
  #reduce(from: ContractionPointers, width: number, sums: readonly Local[], step: Step): void {
    const code = this.#code;
    const termsOf = (loops: Contraction['reduction']): number =>
      loops.reduce((product, { count }) => product * count, 1);
    const { reduction, block = PRODUCTS_OF_BLOCK } = this.#spec;
    const blocks = sumsInBlocks(code, sums, termsOf(reduction), block);
    const nest = (loops: Contraction['reduction'], a: Local, b: Local): void => {
      const [loop, ...inside] = loops;
      if (!loop) {
        step(a, b);
        return;
      }
      const [atA, atB] = [code.copy(a), code.copy(b)];
      const bytes = this.#bStep(loop.b, width) * FLOAT;
      const most = blocks.turnsOfBlock(loop.count, termsOf(inside));
      const walk = (): void => {
        code.loop(() => {
          nest(inside, atA, atB);
          code.advance(atA, loop.a * FLOAT).advance(atB, bytes);
          code.get(atB).get(end).op('i32LtU');
        });
      };
      const end = code.copy(b, (loop.count % most || most) * bytes);
      if (most === loop.count) {
        walk();
        return;
      }
      const last = code.copy(b, loop.count * bytes);
      code.loop(() => {
        walk();
        blocks.empty();
        code
          .advance(end, most * bytes)
          .get(atB)
          .get(last)
          .op('i32LtU');
      });
    };
    nest(
      reduction.filter(({ count }) => count !== 1),
      from.a,
      from.b,
    );
    blocks.finish();
  }
}

/** Multiplies one element of each row with the columns that belong to it. */
type Step = (a: Local, b: Local) => void;

/** Blocks of equal height that cover `rows`, or of two heights that differ by one. */
function heights(rows: number, tallest: number): number[] {
  const blocks = Math.ceil(rows / tallest);
  const low = Math.floor(rows / blocks);
  const taller = rows - low * blocks;
  return Array.from({ length: blocks }, (_, i) => (i < taller ? low + 1 : low));
}

/** Applies a finish to `value`; `loadGate` leaves the gate's vector on the stack. */
export function emitFinish(
  code: Code,
  finish: Finish | undefined,
  value: Local,
  loadGate: () => void,
): void {
  if (finish === 'relu') {
    // 0 where 0 > value, else the value: a NaN stays.
    code.splat(0).get(value).splat(0).get(value).op('f32x4Gt', 'v128Bitselect').set(value);
  } else if (finish === 'gate') {
    loadGate();
    code.splat(0).op('f32x4Gt').get(value).op('v128And').set(value);
  }
}
