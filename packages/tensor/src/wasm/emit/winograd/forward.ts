/**
 * Convolution with kernels of 3 × 3 by tiles: of every four channels of a tile the values at its
 * points are computed, `V = Bᵀ · d · B`; each point's are multiplied with the kernel's at that point,
 * `M[point] = V[point] · U[point]`, which are products of matrices over the channels; and each tile's
 * outputs are made of those, `y = Aᵀ · M · A` (interpolation.ts has the matrices).
 *
 * V is `[point row, point column, tile, sample, channel]`, M the same with the filters of a group.
 * Smaller tiles come last, and have the first of the points: the products of a point are with the
 * first tiles, as many as have it.
 */
import type { Code, Local } from '../code.ts';
import {
  emitContractionAt,
  emitFinish,
  forColumnGroups,
  type MultiplyAdd,
} from '../contraction.ts';
import { FLOAT, LANES, loadVector, storeVector } from '../vector-access.ts';
import { emitWinnerOf } from '../winner-of-window.ts';
import { inputMatrix, outputMatrix, pointsOfTile } from './interpolation.ts';
import { emitConstants, LinearCombinations } from './linear-combinations.ts';
import {
  pointRunsOf,
  POINTS,
  PRODUCTS_OF_BLOCK,
  runsOf,
  scratchLayout,
  VECTOR,
  type FilterGroup,
  type ImageSteps,
  type Tiles,
} from './tiles.ts';
import { emitToPoints, loadAll, storeAll } from './to-points.ts';

/** A convolution of some tiles, and what follows it. */
export interface TiledConvolution extends Tiles {
  readonly hasBias: boolean;
  /** 0 where a result is negative. */
  readonly hasRelu: boolean;
  /**
   * Max pooling by windows of 2 × 2, of which only the results are written, as {@link Tiles.output}
   * says. The steps are those of the convolution's output, where winners are counted.
   */
  readonly pooled?: ImageSteps | undefined;
}

/** Numbers of memory that {@link emitWinograd} works in. */
export const winogradScratch = (tiles: Tiles): number => scratchLayout(tiles).atKernel;

/**
 * Emits `(field, kernel, bias, output, scratch, positions, index)`, of addresses; the kernel is
 * transformed ({@link emitKernelTransform}), from the first of the groups on; `index` is the number
 * of the first element, as winners are counted. Addresses are those of the first tile's; of filters,
 * those of the first of all groups.
 */
export function emitWinograd(code: Code, tiles: TiledConvolution, multiplyAdd: MultiplyAdd): void {
  new WinogradEmitter(code, tiles, multiplyAdd).emit();
}

/** Where the outputs of a tile go. */
interface OutputPointers {
  /** In M. */
  readonly m: Local;
  readonly output: Local;
  readonly positions: Local;
  readonly index: Local;
}

class WinogradEmitter {
  readonly #code: Code;
  readonly #tiles: TiledConvolution;
  readonly #multiplyAdd: MultiplyAdd;
  readonly #linear: LinearCombinations;
  readonly #layout: ReturnType<typeof scratchLayout>;

  constructor(code: Code, tiles: TiledConvolution, multiplyAdd: MultiplyAdd) {
    this.#code = code;
    this.#tiles = tiles;
    this.#multiplyAdd = multiplyAdd;
    const sizes = [...tiles.rows, ...tiles.columns];
    const matrices = sizes.flatMap((size) => [inputMatrix(size), outputMatrix(size)]);
    this.#linear = new LinearCombinations(code, emitConstants(code, matrices), multiplyAdd);
    this.#layout = scratchLayout(tiles);
  }

  emit(): void {
    const code = this.#code;
    const [field, kernel, bias, output, scratch, positions, index] = code.parameters as [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const { channels } = this.#tiles;
    const { atV, atM } = this.#layout;
    const [v, m] = [code.copy(scratch, atV * FLOAT), code.copy(scratch, atM * FLOAT)];
    const { field: steps } = this.#tiles;
    emitToPoints(
      code,
      this.#tiles,
      this.#linear,
      { matrix: inputMatrix, pixel: channels, steps, width: channels, point: this.#layout.v },
      { image: field, points: v, scratch },
    );
    const [u, b, to] = [code.copy(kernel), code.copy(bias), code.copy(output)];
    const at = { positions: code.copy(positions), index: code.copy(index) };
    forColumnGroups(code, this.#tiles.groups, (group) => {
      this.#multiply(v, u, m, group.width);
      this.#transformOutputs({ m, output: to, ...at }, b, scratch, group);
      code.advance(u, POINTS * POINTS * channels * group.width * FLOAT);
      for (const pointer of [b, to, at.positions]) code.advance(pointer, group.width * FLOAT);
      code.advance(at.index, group.width);
    });
  }

  /** `M[point] = V[point] · U[point]`, for the filters of a group. */
  #multiply(v: Local, u: Local, m: Local, width: number): void {
    const { samples, rows, columns, channels } = this.#tiles;
    const steps = { a: this.#layout.v, b: channels * width, c: this.#layout.m };
    const scaled = (by: number) => ({ a: steps.a * by, b: steps.b * by, c: steps.c * by });
    for (const down of pointRunsOf(rows)) {
      for (const across of pointRunsOf(columns)) {
        const first = scaled(down.first * POINTS + across.first);
        const slotsOfRow = columns.length * samples;
        const slots = across.tiles * samples;
        const slot = { a: channels, c: width };
        const spec = {
          outer: [
            { count: down.count, ...scaled(POINTS) },
            { count: across.count, ...steps },
          ],
          inner: [],
          rows:
            slots === slotsOfRow
              ? [{ count: down.tiles * slots, ...slot }]
              : [
                  { count: down.tiles, a: slotsOfRow * slot.a, c: slotsOfRow * slot.c },
                  { count: slots, ...slot },
                ],
          columns: width,
          reduction: [{ count: channels, a: 1, b: width }],
          start: 'zero',
          block: PRODUCTS_OF_BLOCK,
        } as const;
        const code = this.#code;
        emitContractionAt(code, spec, this.#multiplyAdd, {
          a: code.copy(v, first.a * FLOAT),
          b: code.copy(u, first.b * FLOAT),
          c: code.copy(m, first.c * FLOAT),
          side: u,
        });
      }
    }
  }

  /** `y = Aᵀ · M · A`, of every tile, for the filters of a group. */
  #transformOutputs(
    from: OutputPointers,
    bias: Local,
    scratch: Local,
    { width, vectors }: FilterGroup,
  ): void {
    const code = this.#code;
    const { samples, columns, filters, output, pooled } = this.#tiles;
    const shrink = pooled ? 2 : 1;
    const sample = code.copies(from);
    const [atRow, at] = [code.copies(from), code.copies(from)];
    const assign = (to: OutputPointers, other: OutputPointers): void => {
      for (const key of ['output', 'positions', 'index'] as const) code.assign(to[key], other[key]);
    };
    /** By elements of what is written, and of what winners are counted in. */
    const advance = (to: OutputPointers, written: number, counted: number): void => {
      code.advance(to.output, written * FLOAT);
      if (pooled) code.advance(to.positions, written * FLOAT).advance(to.index, counted);
    };
    code.assign(at.m, from.m);
    code.repeat(samples, () => {
      assign(atRow, sample);
      for (const rows of runsOf(this.#tiles.rows)) {
        code.repeat(rows.count, () => {
          assign(at, atRow);
          for (const run of runsOf(columns)) {
            code.repeat(run.count, () => {
              for (const [i, lanes] of vectors.entries())
                this.#transformOutput([rows.size, run.size], at, bias, scratch, i * LANES, lanes);
              code.advance(at.m, samples * width * FLOAT);
              advance(at, (run.size / shrink) * filters, run.size * filters);
            });
          }
          advance(atRow, (rows.size / shrink) * output.row, rows.size * (pooled?.row ?? 0));
        });
      }
      const slots = this.#tiles.rows.length * columns.length * samples;
      code.advance(at.m, (1 - slots) * width * FLOAT);
      advance(sample, output.sample, pooled?.sample ?? 0);
    });
  }

  /** One vector of filters of one tile. @param first - the vector's first filter. */
  #transformOutput(
    [rows, columns]: readonly [number, number],
    at: OutputPointers,
    bias: Local,
    scratch: Local,
    first: number,
    width: number,
  ): void {
    const code = this.#code;
    const { filters, output, pooled, hasBias, hasRelu } = this.#tiles;
    const { m } = this.#layout;
    const [down, across] = [outputMatrix(rows), outputMatrix(columns)];
    const points = pointsOfTile(columns);
    const [from, to] = [code.copy(at.m, first * FLOAT), code.copy(scratch)];
    code.repeat(points, () => {
      const values = loadAll(code, pointsOfTile(rows), from, POINTS * m * FLOAT);
      storeAll(code, this.#linear.product(down, values), to, POINTS * VECTOR);
      code.advance(from, m * FLOAT).advance(to, VECTOR);
    });
    const b = hasBias
      ? code.keep(() => {
          loadVector(code, bias, first * FLOAT, width);
        })
      : undefined;
    /** A row of outputs. */
    const outputs = (row: number): Local[] => {
      const values = loadAll(code, points, from, VECTOR, row * POINTS * VECTOR);
      const results = this.#linear.product(across, values);
      for (const result of results) {
        if (b) code.get(result).get(b).op('f32x4Add').set(result);
        if (hasRelu && !pooled) emitFinish(code, 'relu', result, () => undefined);
      }
      return results;
    };
    code.assign(from, scratch).assign(to, at.output);
    if (!pooled) {
      code.repeat(rows, () => {
        for (const [column, result] of outputs(0).entries())
          storeVector(code, to, (column * filters + first) * FLOAT, width, result);
        code.advance(from, POINTS * VECTOR).advance(to, output.row * FLOAT);
      });
      return;
    }
    const [position, index] = [code.copy(at.positions), code.copy(at.index, first)];
    code.repeat(rows / 2, () => {
      const [upper, lower] = [outputs(0), outputs(1)];
      for (let column = 0; column < columns / 2; column++) {
        const window = [upper, lower].flatMap((row, r) =>
          [0, 1].map((s) => ({
            value: row[2 * column + s]!,
            offset: r * pooled.row + s * filters,
          })),
        );
        const { best, winner } = emitWinnerOf(code, window, index, 2 * column * filters, hasRelu);
        const offset = (column * filters + first) * FLOAT;
        storeVector(code, to, offset, width, best);
        storeVector(code, position, offset, width, winner);
      }
      code.advance(from, 2 * POINTS * VECTOR).advance(to, output.row * FLOAT);
      code.advance(position, output.row * FLOAT).advance(index, 2 * pooled.row);
    });
  }
}
