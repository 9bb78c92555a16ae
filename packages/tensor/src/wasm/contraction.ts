/**
 * One generator for every product. A matrix product, a convolution and both of its gradients are
 * the same loop nest; they differ in what is looped over and in the strides:
 *
 *     for all outer indices                                      samples, output rows, …
 *       for all rows i and columns j
 *         C[i, j] = start + Σ over the reduction of A[i, …] · B[…, j]
 *
 * A is read one number at a time and spread over a vector, B and C are read in vectors along j,
 * which are contiguous. A block of rows × columns of C is kept in registers while the reduction
 * runs: at most 12 vectors, which with those of A and B fill the 16 that the machine has.
 */
import type { Code, Local } from './code.ts';
import { FLOAT, LANES, loadVector, storeVector } from './vector-access.ts';

/** A loop and how far its steps move in A, B and C, in elements. */
export interface ContractionLoop {
  readonly count: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** What to contract. */
export interface Contraction {
  readonly outer: readonly ContractionLoop[];
  readonly rows: { readonly count: number; readonly a: number; readonly c: number };
  /** Number of columns; they are contiguous in B and C. */
  readonly columns: number;
  readonly reduction: readonly { readonly count: number; readonly a: number; readonly b: number }[];
  /** What the sums start from: 0, what C holds, or a vector of one number for each column. */
  readonly start: 'zero' | 'c' | 'bias';
}

/** Vectors of C that are kept in registers. */
const ACCUMULATORS = 12;
/** Reductions of at most this many steps are written out; in longer ones, this many at once. */
const LONGEST_WRITTEN_OUT = 32;
const UNROLL = 4;

/** Widths of the vectors that cover `columns`: fours, and what is left. */
function vectorWidths(columns: number): number[] {
  const widths = new Array<number>(Math.floor(columns / LANES)).fill(LANES);
  return columns % LANES === 0 ? widths : [...widths, columns % LANES];
}

/** Emits code that multiplies and adds: `sum + a · b`, with sum, a and b as given. */
export type MultiplyAdd = (code: Code, a: Local, b: Local, sum: Local) => void;

/** `a · b + sum`, rounded twice. */
export const multiplyThenAdd: MultiplyAdd = (code, a, b, sum) =>
  code.get(a).get(b).op('f32x4Mul').get(sum).op('f32x4Add').set(sum);

/** `a · b + sum`, rounded once. */
export const fusedMultiplyAdd: MultiplyAdd = (code, a, b, sum) =>
  code.get(a).get(b).get(sum).op('f32x4RelaxedMadd').set(sum);

interface Pointers {
  readonly a: Local;
  readonly b: Local;
  readonly c: Local;
  readonly bias: Local;
}

/** Emits the function `(a, b, c, bias)`; the parameters are addresses. */
export function emitContraction(code: Code, spec: Contraction, multiplyAdd: MultiplyAdd): void {
  const [a, b, c, bias] = code.parameters as [Local, Local, Local, Local];
  const nest = (loops: readonly ContractionLoop[], pointers: Pointers): void => {
    const [loop, ...inner] = loops;
    if (!loop) {
      emitColumns(code, spec, pointers, multiplyAdd);
      return;
    }
    const at: Pointers = {
      a: code.local('i32'),
      b: code.local('i32'),
      c: code.local('i32'),
      bias: pointers.bias,
    };
    code.assign(at.a, pointers.a).assign(at.b, pointers.b).assign(at.c, pointers.c);
    code.repeat(loop.count, () => {
      nest(inner, at);
      code.advance(at.a, loop.a * FLOAT);
      code.advance(at.b, loop.b * FLOAT);
      code.advance(at.c, loop.c * FLOAT);
    });
  };
  nest(
    spec.outer.filter(({ count }) => count !== 1),
    { a, b, c, bias },
  );
}

/** Covers the columns by groups of two or three vectors, equal groups by a loop. */
function emitColumns(
  code: Code,
  spec: Contraction,
  pointers: Pointers,
  multiplyAdd: MultiplyAdd,
): void {
  const widths = vectorWidths(spec.columns);
  // Pairs, of which the last may have a third or stand alone, so that no narrow rest is left over.
  const pairs = Math.max(0, Math.ceil((widths.length - 3) / 2));
  const at: Pointers = {
    a: pointers.a,
    b: code.local('i32'),
    c: code.local('i32'),
    bias: code.local('i32'),
  };
  code.assign(at.b, pointers.b).assign(at.c, pointers.c).assign(at.bias, pointers.bias);
  code.repeat(pairs, () => {
    emitRows(code, spec, at, [LANES, LANES], multiplyAdd);
    for (const pointer of [at.b, at.c, at.bias]) code.advance(pointer, 2 * LANES * FLOAT);
  });
  const rest = widths.slice(2 * pairs);
  if (rest.length > 0) emitRows(code, spec, at, rest, multiplyAdd);
}

/** Covers the rows by blocks as tall as the registers allow. */
function emitRows(
  code: Code,
  spec: Contraction,
  pointers: Pointers,
  widths: readonly number[],
  multiplyAdd: MultiplyAdd,
): void {
  const { count, a: aStep, c: cStep } = spec.rows;
  const blocks = Math.ceil(count / Math.floor(ACCUMULATORS / widths.length));
  // Blocks of equal height, or two heights that differ by one: no narrow rest either.
  const low = Math.floor(count / blocks);
  const tallBlocks = count - low * blocks;
  const at: Pointers = { ...pointers, a: code.local('i32'), c: code.local('i32') };
  code.assign(at.a, pointers.a).assign(at.c, pointers.c);
  const cover = (blockCount: number, height: number): void => {
    code.repeat(blockCount, () => {
      emitBlock(code, spec, at, widths, height, multiplyAdd);
      code.advance(at.a, height * aStep * FLOAT).advance(at.c, height * cStep * FLOAT);
    });
  };
  cover(tallBlocks, low + 1);
  cover(blocks - tallBlocks, low);
}

/** One block of C: start, reduce, store. */
function emitBlock(
  code: Code,
  spec: Contraction,
  pointers: Pointers,
  widths: readonly number[],
  height: number,
  multiplyAdd: MultiplyAdd,
): void {
  const { rows, start } = spec;
  const sums = Array.from({ length: height }, () => widths.map(() => code.local('v128')));
  for (const [i, row] of sums.entries()) {
    for (const [j, sum] of row.entries()) {
      const column = j * LANES * FLOAT;
      if (start === 'zero') code.splat(0);
      else if (start === 'bias') loadVector(code, pointers.bias, column, widths[j]!);
      else loadVector(code, pointers.c, i * rows.c * FLOAT + column, widths[j]!);
      code.set(sum);
    }
  }
  const vectors = widths.map(() => code.local('v128'));
  const spread = code.local('v128');
  emitReduction(code, spec, pointers, (a, aOffset, b, bOffset) => {
    for (const [j, vector] of vectors.entries()) {
      loadVector(code, b, bOffset + j * LANES * FLOAT, widths[j]!);
      code.set(vector);
    }
    for (const [i, row] of sums.entries()) {
      code
        .get(a)
        .access('v128Load32Splat', aOffset + i * rows.a * FLOAT)
        .set(spread);
      for (const [j, sum] of row.entries()) multiplyAdd(code, spread, vectors[j]!, sum);
    }
  });
  for (const [i, row] of sums.entries()) {
    for (const [j, sum] of row.entries()) {
      storeVector(code, pointers.c, (i * rows.c + j * LANES) * FLOAT, widths[j]!, sum);
    }
  }
}

type Step = (a: Local, aOffset: number, b: Local, bOffset: number) => void;

/** The loops of the reduction: written out where they are short, else the innermost by fours. */
function emitReduction(code: Code, spec: Contraction, pointers: Pointers, step: Step): void {
  type Loops = Contraction['reduction'];
  const writeOut = (
    [loop, ...inner]: Loops,
    a: Local,
    aAt: number,
    b: Local,
    bAt: number,
  ): void => {
    if (!loop) {
      step(a, aAt, b, bAt);
      return;
    }
    for (let i = 0; i < loop.count; i++) {
      writeOut(inner, a, aAt + i * loop.a * FLOAT, b, bAt + i * loop.b * FLOAT);
    }
  };
  const nest = (loops: Loops, a: Local, b: Local): void => {
    const [loop, ...inner] = loops;
    const steps = loops.reduce((product, { count }) => product * count, 1);
    if (!loop || steps <= LONGEST_WRITTEN_OUT) {
      writeOut(loops, a, 0, b, 0);
      return;
    }
    const [atA, atB] = [code.local('i32'), code.local('i32')];
    code.assign(atA, a).assign(atB, b);
    const unroll = inner.length === 0 ? UNROLL : 1;
    code.repeat(Math.floor(loop.count / unroll), () => {
      if (inner.length > 0) nest(inner, atA, atB);
      else writeOut([{ ...loop, count: unroll }], atA, 0, atB, 0);
      code.advance(atA, unroll * loop.a * FLOAT).advance(atB, unroll * loop.b * FLOAT);
    });
    writeOut([{ ...loop, count: loop.count % unroll }], atA, 0, atB, 0);
  };
  nest(
    spec.reduction.filter(({ count }) => count !== 1),
    pointers.a,
    pointers.b,
  );
}
