/**
 * The kernel's gradient of a convolution by tiles, the adjoint of the forward pass: of the gradient of a
 * tile's outputs the values at the points are `A · dy · Aᵀ`; each point's kernel has the gradient
 * `dU[point] = Σ over tiles of V[point]ᵀ · (A · dy · Aᵀ)[point]`; and `dw = Gᵀ · dU · G`.
 */
import type { Code, Local } from '../code.ts';
import { emitContractionAt, forColumnGroups, type MultiplyAdd } from '../contraction.ts';
import { FLOAT, LANES, loadVector, storeVector } from '../vector-access.ts';
import { filterMatrix, inputMatrix, outputMatrix, TAPS, type Matrix } from './interpolation.ts';
import { emitConstants, LinearCombinations } from './linear-combinations.ts';
import {
  pointRunsOf,
  POINTS,
  PRODUCTS_OF_BLOCK,
  scratchLayout,
  type FilterGroup,
  type Tiles,
} from './tiles.ts';
import { emitToPoints } from './to-points.ts';

const transposed = (matrix: Matrix): Matrix =>
  matrix[0]!.map((_, i) => matrix.map((row) => row[i]!));

/** A, `[m + 2, m]`: from the gradients of outputs to points. */
const gradientMatrix = (outputs: number): Matrix => transposed(outputMatrix(outputs));
/** Gᵀ, `[3, 6]`: from points to taps. */
const tapMatrix = transposed(filterMatrix);

/** Numbers of memory that {@link emitKernelGradient} works in. */
export function kernelGradientScratch(tiles: Tiles): number {
  const widest = Math.max(...tiles.groups.map(({ width }) => width));
  return scratchLayout(tiles).atKernel + POINTS * POINTS * tiles.channels * widest;
}

/**
 * Emits `(field, gradients, dKernel, scratch)`, of addresses, which writes `[3, 3, C, K]`, or adds it to
 * what is there.
 */
export function emitKernelGradient(
  code: Code,
  tiles: Tiles,
  adds: boolean,
  multiplyAdd: MultiplyAdd,
): void {
  const [field, gradients, dKernel, scratch] = code.parameters as [Local, Local, Local, Local];
  const { rows, columns, channels, filters } = tiles;
  const matrices = [...rows, ...columns].flatMap((size) => [inputMatrix(size), outputMatrix(size)]);
  const constants = emitConstants(code, [...matrices, filterMatrix]);
  const linear = new LinearCombinations(code, constants, multiplyAdd);
  const layout = scratchLayout(tiles);
  const [v, m, dU] = [layout.atV, layout.atM, layout.atKernel].map((at) =>
    code.copy(scratch, at * FLOAT),
  ) as [Local, Local, Local];
  emitToPoints(
    code,
    tiles,
    linear,
    {
      matrix: inputMatrix,
      pixel: channels,
      steps: tiles.field,
      width: channels,
      point: layout.v,
    },
    { image: field, points: v, scratch },
  );
  const [dOutput, to] = [code.copy(gradients), code.copy(dKernel)];
  forColumnGroups(code, tiles.groups, (group) => {
    const { width } = group;
    emitToPoints(
      code,
      tiles,
      linear,
      { matrix: gradientMatrix, pixel: filters, steps: tiles.output, width, point: layout.m },
      { image: dOutput, points: m, scratch },
    );
    emitProducts(code, tiles, width, multiplyAdd, { v, m, dU });
    emitToTaps(code, tiles, group, linear, { dU, to, adds });
    code.advance(dOutput, width * FLOAT).advance(to, width * FLOAT);
  });
}

/** `dU[point] = V[point]ᵀ · M[point]`. */
function emitProducts(
  code: Code,
  tiles: Tiles,
  width: number,
  multiplyAdd: MultiplyAdd,
  { v, m, dU }: Readonly<Record<'v' | 'm' | 'dU', Local>>,
): void {
  const { samples, rows, columns, channels } = tiles;
  const layout = scratchLayout(tiles);
  const steps = { a: layout.v, b: layout.m, c: channels * width };
  const scaled = (by: number) => ({ a: steps.a * by, b: steps.b * by, c: steps.c * by });
  const slotsOfRow = columns.length * samples;
  for (const down of pointRunsOf(rows)) {
    for (const across of pointRunsOf(columns)) {
      const first = scaled(down.first * POINTS + across.first);
      const slots = across.tiles * samples;
      const spec = {
        outer: [
          { count: down.count, ...scaled(POINTS) },
          { count: across.count, ...steps },
        ],
        inner: [],
        rows: [{ count: channels, a: 1, c: width }],
        columns: width,
        reduction:
          slots === slotsOfRow
            ? [{ count: down.tiles * slots, a: channels, b: width }]
            : [
                { count: down.tiles, a: slotsOfRow * channels, b: slotsOfRow * width },
                { count: slots, a: channels, b: width },
              ],
        start: 'zero',
        block: PRODUCTS_OF_BLOCK,
      } as const;
      emitContractionAt(code, spec, multiplyAdd, {
        a: code.copy(v, first.a * FLOAT),
        b: code.copy(m, first.b * FLOAT),
        c: code.copy(dU, first.c * FLOAT),
        side: dU,
      });
    }
  }
}

/** `dw = Gᵀ · dU · G`. */
function emitToTaps(
  code: Code,
  { channels, filters, rows, columns }: Tiles,
  { width, vectors }: FilterGroup,
  linear: LinearCombinations,
  { dU, to, adds }: { readonly dU: Local; readonly to: Local; readonly adds: boolean },
): void {
  const [from, target] = [code.copy(dU), code.copy(to)];
  // Points that no tile has contribute nothing.
  const [pointRows, pointColumns] = [rows, columns].map((tiles) =>
    pointRunsOf(tiles).reduce((sum, { count }) => sum + count, 0),
  ) as [number, number];
  const part = (matrix: Matrix, count: number): Matrix => matrix.map((row) => row.slice(0, count));
  const [down, across] = [part(tapMatrix, pointRows), part(tapMatrix, pointColumns)];
  code.repeat(channels, () => {
    for (const [i, lanes] of vectors.entries()) {
      const at = i * LANES * FLOAT;
      const taps = Array.from({ length: pointColumns }, (_, column) =>
        linear.product(
          down,
          Array.from({ length: pointRows }, (_, row) =>
            code.keep(() => {
              const point = (row * POINTS + column) * channels * width * FLOAT;
              loadVector(code, from, point + at, lanes);
            }),
          ),
        ),
      );
      for (let row = 0; row < TAPS; row++) {
        const results = linear.product(
          across,
          taps.map((ofColumn) => ofColumn[row]!),
        );
        for (const [column, result] of results.entries()) {
          const offset = (row * TAPS + column) * channels * filters * FLOAT + at;
          if (adds) {
            loadVector(code, target, offset, lanes);
            code.get(result).op('f32x4Add').set(result);
          }
          storeVector(code, target, offset, lanes, result);
        }
      }
    }
    code.advance(from, width * FLOAT).advance(target, filters * FLOAT);
  });
}
