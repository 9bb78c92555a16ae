/**
 * Products whose factors are both contiguous along the reduction, such as a dense layer's:
 *
 *     C[i, j] = finish(bias[j] + Σ_l A[i, l] · B[j, l])
 *
 * Vectors run along l; each of a block of sums is kept in a register, four numbers wide, and its
 * lanes are added up at the end. Every sum is formed in the same order, whatever its block.
 */
import type { Code, Local } from './code.ts';
import { emitFinish, type Finish, type MultiplyAdd } from './contraction.ts';
import { PRODUCTS_OF_BLOCK, sumsInBlocks } from './sums-in-blocks.ts';
import { FLOAT, LANES, loadVector } from './vector-access.ts';

/** A `[rows, length]`, B `[columns, length]`, C `[rows, columns]`; strides in elements. */
export interface DotProducts {
  readonly rows: number;
  readonly columns: number;
  readonly length: number;
  /** Elements from one row of C to the next, if not `columns`. */
  readonly cStride: number;
  readonly hasBias: boolean;
  readonly finish?: Finish | undefined;
}

const TALLEST = 4;
const ACCUMULATORS = 8;

/** Emits the function `(a, b, c, side)` of addresses; `side` is the bias, or the gate. */
export function emitDotProducts(code: Code, spec: DotProducts, multiplyAdd: MultiplyAdd): void {
  const [a, b, c, side] = code.parameters as [Local, Local, Local, Local];
  const { rows, columns, length, cStride, finish } = spec;
  const gateStep = finish === 'gate' ? 1 : 0;
  const [atA, cRow, sideRow] = [code.copy(a), code.copy(c), code.copy(side)];
  forBlocks(code, rows, TALLEST, (height) => {
    const [atB, atC, atSide] = [code.copy(b), code.copy(cRow), code.copy(sideRow)];
    forBlocks(code, columns, Math.floor(ACCUMULATORS / height), (width) => {
      emitBlock(code, spec, { a: atA, b: atB, c: atC, side: atSide }, height, width, multiplyAdd);
      code.advance(atB, width * length * FLOAT);
      code.advance(atC, width * FLOAT).advance(atSide, width * FLOAT);
    });
    code.advance(atA, height * length * FLOAT).advance(cRow, height * cStride * FLOAT);
    code.advance(sideRow, gateStep * height * cStride * FLOAT);
  });
}

/** Covers `count` by blocks of equal size, or of two sizes that differ by one. */
export function forBlocks(
  code: Code,
  count: number,
  largest: number,
  body: (size: number) => void,
): void {
  const blocks = Math.ceil(count / largest);
  const low = Math.floor(count / blocks);
  const larger = count - low * blocks;
  code.repeat(larger, () => {
    body(low + 1);
  });
  code.repeat(blocks - larger, () => {
    body(low);
  });
}

function emitBlock(
  code: Code,
  { length, cStride, hasBias, finish }: DotProducts,
  pointers: { readonly a: Local; readonly b: Local; readonly c: Local; readonly side: Local },
  height: number,
  width: number,
  multiplyAdd: MultiplyAdd,
): void {
  const rows = Array.from({ length: height }, () => code.local('v128'));
  const sums = rows.map(() => code.zeros(width));
  const vector = code.local('v128');
  const [atA, atB] = [code.copy(pointers.a), code.copy(pointers.b)];
  const step = (lanes: number): void => {
    for (const [i, row] of rows.entries()) {
      loadVector(code, atA, i * length * FLOAT, lanes);
      code.set(row);
    }
    for (let j = 0; j < width; j++) {
      loadVector(code, atB, j * length * FLOAT, lanes);
      code.set(vector);
      for (const [i, row] of rows.entries()) multiplyAdd(code, row, vector, sums[i]![j]!);
    }
  };
  const turns = Math.floor(length / LANES);
  const blocks = sumsInBlocks(code, sums.flat(), turns, PRODUCTS_OF_BLOCK);
  blocks.repeat(turns, () => {
    step(LANES);
    code.advance(atA, LANES * FLOAT).advance(atB, LANES * FLOAT);
  });
  if (length % LANES > 0) step(length % LANES);
  blocks.finish();
  for (const [i, row] of sums.entries()) {
    for (const [j, sum] of row.entries()) {
      const offset = (i * cStride + j) * FLOAT;
      emitSumOfLanes(code, sum);
      if (hasBias) {
        code
          .get(sum)
          .get(pointers.side)
          .access('v128Load32Zero', j * FLOAT);
        code.op('f32x4Add').set(sum);
      }
      emitFinish(code, finish, sum, () => {
        code.get(pointers.side).access('v128Load32Zero', offset);
      });
      code.get(pointers.c).get(sum).access('v128Store32Lane', offset, 0);
    }
  }
}

/** Leaves in all lanes of `value` the sum of its lanes: (0 + 2) + (1 + 3). */
export function emitSumOfLanes(code: Code, value: Local): void {
  code.get(value).get(value).get(value).shuffle([2, 3, 0, 1]).op('f32x4Add').set(value);
  code.get(value).get(value).get(value).shuffle([1, 0, 3, 2]).op('f32x4Add').set(value);
}
