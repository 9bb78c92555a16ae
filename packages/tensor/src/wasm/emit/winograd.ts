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
import type { Code, Local } from './code.ts';
import {
  emitContractionAt,
  emitFinish,
  type ColumnGroup,
  type MultiplyAdd,
} from './contraction.ts';
import {
  filterMatrix,
  inputMatrix,
  LARGEST_TILE,
  outputMatrix,
  pointsOfTile,
  TAPS,
} from './interpolation.ts';
import { emitConstants, LinearCombinations } from './linear-combinations.ts';
import { FLOAT, LANES, loadLanes, loadVector, storeVector } from './vector-access.ts';
import { emitChallenge, type BestSoFar } from './winner.ts';

/** Bytes of a vector. */
const VECTOR = LANES * FLOAT;
/** Points of the largest tile, along one axis. */
const POINTS = pointsOfTile(LARGEST_TILE);
const LINE = 64;
/** Products of a point that are added up at a time: errors would grow with longer sums. */
const PRODUCTS_OF_BLOCK = 64;

/** Steps of a tensor of images, in elements. */
export interface ImageSteps {
  readonly row: number;
  readonly sample: number;
}

/** How wide a group of filters is. */
type FilterGroup = Pick<ColumnGroup, 'width' | 'vectors'>;

/** Tiles of some samples, and what is computed of them. */
export interface WinogradTiles {
  readonly samples: number;
  /** Outputs of each row and of each column of tiles, the largest first. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** C. */
  readonly channels: number;
  /** Groups of filters that are computed, of those that {@link columnGroups} makes. */
  readonly groups: readonly FilterGroup[];
  /** Of the padded input, `[N, H, W, C]`. */
  readonly field: ImageSteps;
  /** Of what is written, and its K. */
  readonly output: ImageSteps;
  readonly filters: number;
  readonly hasBias: boolean;
  /** 0 where a result is negative. */
  readonly hasRelu: boolean;
  /**
   * Max pooling by windows of 2 × 2, of which only the results are written. The steps are those of
   * the convolution's output, where winners are counted.
   */
  readonly pooled?: ImageSteps | undefined;
}

/** Tiles of one size that follow each other. */
interface Run {
  readonly size: number;
  readonly count: number;
}

function runsOf(tiles: readonly number[]): Run[] {
  return [...new Set(tiles)].map((size) => ({
    size,
    count: tiles.filter((other) => other === size).length,
  }));
}

/** Points that equally many tiles have. */
interface PointRun {
  readonly first: number;
  readonly count: number;
  /** The first so many tiles. */
  readonly tiles: number;
}

function pointRunsOf(tiles: readonly number[]): PointRun[] {
  const runs: PointRun[] = [];
  for (let point = 0; point < POINTS; point++) {
    const having = tiles.filter((size) => pointsOfTile(size) > point).length;
    const last = runs.at(-1);
    if (last?.tiles === having) runs.splice(-1, 1, { ...last, count: last.count + 1 });
    else if (having > 0) runs.push({ first: point, count: 1, tiles: having });
  }
  return runs;
}

const slotsOf = ({ samples, rows, columns }: WinogradTiles): number =>
  samples * rows.length * columns.length;

/** Numbers from a point to the next: an odd number of cache lines, so that points share no cache set. */
const pointStep = (numbers: number): number => {
  const lines = Math.ceil((numbers * FLOAT) / LINE);
  return ((lines + Number(lines % 2 === 0)) * LINE) / FLOAT;
};

const widest = ({ groups }: WinogradTiles): number => Math.max(...groups.map(({ width }) => width));

/** Numbers of V, behind which M lies, and of both together with what a tile's transform needs. */
function scratchLayout(tiles: WinogradTiles) {
  const v = pointStep(slotsOf(tiles) * tiles.channels);
  const m = pointStep(slotsOf(tiles) * widest(tiles));
  const atV = POINTS * POINTS * LANES;
  const atM = atV + POINTS * POINTS * v;
  return { v, m, atV, atM, size: atM + POINTS * POINTS * m };
}

/** Numbers of memory that {@link emitWinograd} works in. */
export const winogradScratch = (tiles: WinogradTiles): number => scratchLayout(tiles).size;

/**
 * Emits `(field, kernel, bias, output, scratch, positions, index)`, of addresses; the kernel is
 * transformed ({@link emitKernelTransform}), from the first of the groups on; `index` is the number
 * of the first element, as winners are counted. Addresses are those of the first tile's; of filters,
 * those of the first of all groups.
 */
export function emitWinograd(code: Code, tiles: WinogradTiles, multiplyAdd: MultiplyAdd): void {
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
  readonly #tiles: WinogradTiles;
  readonly #multiplyAdd: MultiplyAdd;
  readonly #linear: LinearCombinations;
  readonly #layout: ReturnType<typeof scratchLayout>;
  readonly #rows: readonly Run[];
  readonly #columns: readonly Run[];

  constructor(code: Code, tiles: WinogradTiles, multiplyAdd: MultiplyAdd) {
    this.#code = code;
    this.#tiles = tiles;
    this.#multiplyAdd = multiplyAdd;
    const sizes = [...tiles.rows, ...tiles.columns];
    const matrices = sizes.flatMap((size) => [inputMatrix(size), outputMatrix(size)]);
    this.#linear = new LinearCombinations(code, emitConstants(code, matrices), multiplyAdd);
    this.#layout = scratchLayout(tiles);
    this.#rows = runsOf(tiles.rows);
    this.#columns = runsOf(tiles.columns);
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
    const { channels, groups } = this.#tiles;
    const { atV, atM } = this.#layout;
    const [v, m] = [code.copy(scratch, atV * FLOAT), code.copy(scratch, atM * FLOAT)];
    this.#transformInputs(field, v, scratch);
    const [u, b, to] = [code.copy(kernel), code.copy(bias), code.copy(output)];
    const at = { positions: code.copy(positions), index: code.copy(index) };
    for (let i = 0; i < groups.length;) {
      const group = groups[i]!;
      const equal = groups.slice(i).findIndex(({ width }) => width !== group.width);
      const times = equal < 0 ? groups.length - i : equal;
      code.repeat(times, () => {
        this.#multiply(v, u, m, group.width);
        this.#transformOutputs({ m, output: to, ...at }, b, scratch, group);
        code.advance(u, POINTS * POINTS * channels * group.width * FLOAT);
        for (const pointer of [b, to, at.positions]) code.advance(pointer, group.width * FLOAT);
        code.advance(at.index, group.width);
      });
      i += times;
    }
  }

  /** `V = Bᵀ · d · B`, of every tile. */
  #transformInputs(field: Local, v: Local, scratch: Local): void {
    const code = this.#code;
    const { samples, channels, columns, field: steps } = this.#tiles;
    const [pixel, row] = [channels * FLOAT, steps.row * FLOAT];
    const [sample, slot] = [code.copy(field), code.copy(v)];
    const [atRow, at] = [code.local('i32'), code.local('i32')];
    code.repeat(samples, () => {
      code.assign(atRow, sample);
      for (const rows of this.#rows) {
        code.repeat(rows.count, () => {
          code.assign(at, atRow);
          for (const run of this.#columns) {
            code.repeat(run.count, () => {
              this.#transformInput([rows.size, run.size], at, slot, scratch);
              code.advance(at, run.size * pixel - channels * FLOAT);
              code.advance(slot, (samples - 1) * channels * FLOAT);
            });
          }
          code.advance(atRow, rows.size * row);
        });
      }
      const slots = this.#tiles.rows.length * columns.length * samples;
      code.advance(sample, steps.sample * FLOAT).advance(slot, (1 - slots) * channels * FLOAT);
    });
  }

  /** Of one tile; moves the pointers past its channels. */
  #transformInput(
    [rows, columns]: readonly [number, number],
    at: Local,
    slot: Local,
    scratch: Local,
  ): void {
    const code = this.#code;
    const { channels, field } = this.#tiles;
    const [down, across] = [inputMatrix(rows), inputMatrix(columns)];
    const [from, to] = [code.local('i32'), code.local('i32')];
    const vector = (width: number): void => {
      code.assign(from, at).assign(to, scratch);
      code.repeat(across.length, () => {
        const inputs = down.map((_, r) =>
          code.keep(() => {
            loadVector(code, from, r * field.row * FLOAT, width);
          }),
        );
        this.#storeAll(this.#linear.product(down, inputs), to, POINTS * VECTOR);
        code.advance(from, channels * FLOAT).advance(to, VECTOR);
      });
      code.assign(from, scratch).assign(to, slot);
      code.repeat(down.length, () => {
        const results = this.#linear.product(across, this.#loadAll(across.length, from, VECTOR));
        for (const [point, result] of results.entries())
          storeVector(code, to, point * this.#layout.v * FLOAT, width, result);
        code.advance(from, POINTS * VECTOR).advance(to, POINTS * this.#layout.v * FLOAT);
      });
      code.advance(at, width * FLOAT).advance(slot, width * FLOAT);
    };
    code.repeat(Math.floor(channels / LANES), () => {
      vector(LANES);
    });
    if (channels % LANES > 0) vector(channels % LANES);
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
    /** @param steps - in elements of what is written, and of what winners are counted in. */
    const advance = (to: OutputPointers, written: number, counted: number): void => {
      code.advance(to.output, written * FLOAT);
      if (pooled) code.advance(to.positions, written * FLOAT).advance(to.index, counted);
    };
    code.assign(at.m, from.m);
    code.repeat(samples, () => {
      assign(atRow, sample);
      for (const rows of this.#rows) {
        code.repeat(rows.count, () => {
          assign(at, atRow);
          for (const run of this.#columns) {
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
      const values = this.#loadAll(pointsOfTile(rows), from, POINTS * m * FLOAT);
      this.#storeAll(this.#linear.product(down, values), to, POINTS * VECTOR);
      code.advance(from, m * FLOAT).advance(to, VECTOR);
    });
    const b = hasBias
      ? code.keep(() => {
          loadVector(code, bias, first * FLOAT, width);
        })
      : undefined;
    /** A row of outputs. */
    const outputs = (row: number): Local[] => {
      const values = this.#loadAll(points, from, VECTOR, row * POINTS * VECTOR);
      const results = this.#linear.product(across, values);
      for (const result of results) {
        if (b) code.get(result).get(b).op('f32x4Add').set(result);
        if (hasRelu) emitFinish(code, 'relu', result, () => undefined);
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
        const { best, winner } = this.#pool(window, index, 2 * column * filters);
        const offset = (column * filters + first) * FLOAT;
        storeVector(code, to, offset, width, best);
        storeVector(code, position, offset, width, winner);
      }
      code.advance(from, 2 * POINTS * VECTOR).advance(to, output.row * FLOAT);
      code.advance(position, output.row * FLOAT).advance(index, 2 * pooled.row);
    });
  }

  /** The largest of a window, and its number. */
  #pool(
    [first, ...others]: readonly { readonly value: Local; readonly offset: number }[],
    index: Local,
    offset: number,
  ): BestSoFar {
    const code = this.#code;
    const [winner] = code.zeros(1) as [Local];
    const found = { best: code.keep(() => code.get(first!.value)), winner };
    for (const { value, offset } of others)
      emitChallenge(code, found, value, () => code.i32(offset).op('i32x4Splat'));
    code
      .get(index)
      .op('i32x4Splat')
      .i32x4([offset, offset + 1, offset + 2, offset + 3]);
    code.op('i32x4Add').get(winner).op('i32x4Add').set(winner);
    return found;
  }

  #loadAll(count: number, from: Local, step: number, offset = 0): Local[] {
    const code = this.#code;
    return Array.from({ length: count }, (_, i) =>
      code.keep(() => code.get(from).access('v128Load', offset + i * step)),
    );
  }

  #storeAll(values: readonly Local[], to: Local, step: number): void {
    for (const [i, value] of values.entries())
      this.#code
        .get(to)
        .get(value)
        .access('v128Store', i * step);
  }
}

/** Elements of a kernel from a filter, a channel or a tap to the next. */
export interface KernelSteps {
  readonly filter: number;
  readonly channel: number;
  readonly tap: number;
}

/** The kernel of a group of filters, before and after it is transformed. */
export interface KernelGroup {
  /** C. */
  readonly channels: number;
  readonly vectors: readonly number[];
  readonly width: number;
  readonly steps: KernelSteps;
  /** Taps in the opposite order. */
  readonly isFlipped: boolean;
}

/** Numbers of a group's kernel once it is transformed, of what it was made of, and of both. */
export const transformedSizes = ({ channels, width }: Pick<KernelGroup, 'channels' | 'width'>) => {
  const points = POINTS * POINTS * channels * width;
  const taps = TAPS * TAPS * channels * width;
  return { points, taps, all: points + taps };
};

/**
 * Emits `(kernel, transformed, copy)`: `U = G · w · Gᵀ`, `[point, C, width]`, unless the kernel is
 * what `copy` has, as it is for as long as nobody changes it. At first both are zeros, as what they
 * are made of.
 */
export function emitKernelTransform(
  code: Code,
  group: KernelGroup,
  multiplyAdd: MultiplyAdd,
): void {
  const { channels, vectors, width, steps, isFlipped } = group;
  const [kernel, transformed, copy] = code.parameters as [Local, Local, Local];
  const taps = Array.from({ length: TAPS * TAPS }, (_, tap) => tap);
  const all = vectors.map((lanes, i) => ({ at: i * LANES * FLOAT, lanes }));
  /** Walks through the channels; `body` is given pointers to one. */
  const walk = (body: (from: Local, kept: Local) => void): void => {
    const [from, kept] = [code.copy(kernel), code.copy(copy)];
    code.repeat(channels, () => {
      body(from, kept);
      code.advance(from, steps.channel * FLOAT).advance(kept, taps.length * width * FLOAT);
    });
  };
  const load = (from: Local, tap: number, { at, lanes }: (typeof all)[number]): void => {
    const first = (isFlipped ? taps.length - 1 - tap : tap) * steps.tap * FLOAT;
    loadLanes(code, from, first + at * steps.filter, lanes, steps.filter * FLOAT);
  };
  const changes = code.zeros(1)[0]!;
  walk((from, kept) => {
    for (const tap of taps) {
      for (const vector of all) {
        load(from, tap, vector);
        loadVector(code, kept, tap * width * FLOAT + vector.at, vector.lanes);
        code.op('v128Xor').get(changes).op('v128Or').set(changes);
      }
    }
  });
  code.get(changes).op('v128AnyTrue');
  code.when(() => {
    const linear = new LinearCombinations(code, emitConstants(code, [filterMatrix]), multiplyAdd);
    const to = code.copy(transformed);
    walk((from, kept) => {
      for (const vector of all) {
        const loaded = taps.map((tap) => {
          const value = code.keep(() => {
            load(from, tap, vector);
          });
          storeVector(code, kept, tap * width * FLOAT + vector.at, vector.lanes, value);
          return value;
        });
        const down = [0, 1, 2].map((column) =>
          linear.product(
            filterMatrix,
            [0, 1, 2].map((row) => loaded[row * TAPS + column]!),
          ),
        );
        for (let row = 0; row < POINTS; row++) {
          const results = linear.product(
            filterMatrix,
            down.map((points) => points[row]!),
          );
          for (const [column, result] of results.entries()) {
            const point = (row * POINTS + column) * channels * width * FLOAT;
            storeVector(code, to, point + vector.at, vector.lanes, result);
          }
        }
      }
      code.advance(to, width * FLOAT);
    });
  });
}
