/**
 * How images are cut into tiles for convolutions with kernels of 3 × 3 (emit/winograd, ADR 14): which
 * tiles are worked on together, in which memory, and the padding around the images.
 */
import { sizeOf } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import { columnGroups } from '../emit/contraction.ts';
import { FLOAT } from '../emit/vector-access.ts';
import { tilesOver } from '../emit/winograd/interpolation.ts';
import type { Tiles } from '../emit/winograd/tiles.ts';
import type { Engine } from '../run/engine.ts';
import { LINE, stretches, type Stretch } from '../run/stretches.ts';
import { sampleAddress, spanOf, type Call, type Span } from '../run/work.ts';
import { copyCall, paddedLayout, staysInside } from './sliding-window.ts';

/** How much is worked on at a time. */
export interface AtATime {
  /** Bytes of transformed tiles. */
  readonly bytes: number;
  readonly tiles: number;
}

/** Columns of tiles that a block has at least. */
const FEWEST_COLUMNS = 4;

/** Rows and columns of tiles that are worked on at a time. */
export interface Block {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Outputs before it, along each axis. */
  readonly top: number;
  readonly left: number;
}

/** Cuts tiles into blocks of at most `mostRows` and `mostColumns`. */
function blocksOf(
  rows: readonly number[],
  columns: readonly number[],
  mostRows: number,
  mostColumns: number,
): Block[] {
  const cut = (tiles: readonly number[], most: number) =>
    stretches(tiles.length, Math.ceil(tiles.length / most)).map(({ first, count }) => ({
      tiles: tiles.slice(first, first + count),
      before: tiles.slice(0, first).reduce((sum, outputs) => sum + outputs, 0),
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

/** A convolution, as far as its images are concerned. */
export interface Images {
  /** `[N, H, W, C]` */
  readonly input: Tensor;
  /** K. */
  readonly filters: number;
  readonly geometry: WindowGeometry;
  /** Outputs are written, along each axis, to one of so many; an odd last one is not computed. */
  readonly shrink?: number;
}

/** Images cut into tiles. */
export class TiledImages {
  readonly groups: ReturnType<typeof columnGroups>;
  readonly blocks: readonly Block[];
  /** Samples whose tiles are worked on together. */
  readonly together: number;
  readonly #tiles: Omit<Tiles, 'samples' | 'rows' | 'columns' | 'groups'>;
  readonly #input: Tensor;
  readonly #padding: ReturnType<typeof paddedLayout> | undefined;
  readonly #key: string;
  readonly #paddedSize: number;
  readonly #size: number;

  /**
   * @param scratchOf - numbers of memory that the work on some tiles takes.
   * @param most - at a time, if a few columns of tiles are no more.
   */
  constructor(images: Images, scratchOf: (tiles: Tiles) => number, most: AtATime) {
    const { input, filters, geometry: g, shrink = 1 } = images;
    const [, H, W, C] = input.shape as [number, number, number, number];
    this.#input = input;
    this.#padding = staysInside(g) ? undefined : paddedLayout(g, C);
    const { height, width } = this.#padding ?? { height: H, width: W };
    const [P, Q] = [g.outputHeight, g.outputWidth].map((outputs) =>
      Math.floor(outputs / shrink),
    ) as [number, number];
    this.groups = columnGroups(filters);
    this.#tiles = {
      channels: C,
      filters,
      field: { row: width * C, sample: height * width * C },
      output: { row: Q * filters, sample: P * Q * filters },
    };
    const [rows, columns] = [tilesOver(P * shrink), tilesOver(Q * shrink)];
    const bytesOf = (samples: number, block: Pick<Block, 'rows' | 'columns'>): number =>
      scratchOf(this.tilesOf(samples, block)) * FLOAT;
    const ofTile = bytesOf(1, { rows: rows.slice(0, 1), columns: columns.slice(0, 1) });
    const fitting = Math.max(1, Math.floor(most.bytes / ofTile));
    const mostColumns = Math.min(columns.length, Math.max(FEWEST_COLUMNS, fitting));
    const mostRows = Math.max(1, Math.floor(fitting / mostColumns));
    this.blocks = blocksOf(rows, columns, mostRows, mostColumns);
    const ofSample = rows.length * columns.length;
    this.together = Math.max(1, Math.floor(Math.min(most.tiles, fitting) / ofSample));

    const lines = (numbers: number): number => Math.ceil(numbers / LINE) * LINE;
    this.#paddedSize = this.#padding ? lines(this.together * this.#tiles.field.sample) : 0;
    const ofBlocks = this.blocks.map((block) => bytesOf(this.together, block) / FLOAT);
    this.#size = this.#paddedSize + lines(Math.max(...ofBlocks));
    this.#key = `tiles ${this.#paddedSize} ${this.#size} ${C} ${JSON.stringify(g)}`;
  }

  /** The tiles of a block, of some samples, for some of the groups of filters. */
  tilesOf(
    samples: number,
    { rows, columns }: Pick<Block, 'rows' | 'columns'>,
    { first, count }: Stretch = { first: 0, count: this.groups.length },
  ): Tiles {
    const groups = this.groups
      .slice(first, first + count)
      .map(({ width, vectors }) => ({ width, vectors }));
    return { ...this.#tiles, samples, rows, columns, groups };
  }

  /**
   * Memory for each of `parts` that may be worked on at the same time; taken when an address is asked
   * for. What lies around the images in it stays 0, so it is for images that lie in it alike.
   */
  memory(engine: Engine, parts: readonly Stretch[]): (first: number) => number {
    let scratch: Span | undefined;
    return (first) => {
      scratch ??= engine.scratch(this.#key, this.#size * parts.length);
      const part = parts.findLastIndex((other) => other.first <= first);
      return scratch.address + this.#size * FLOAT * part;
    };
  }

  /**
   * Goes through samples, some at a time. `callsOf` is given them, the address of the first one's
   * padded image, and where there is memory for its tiles.
   */
  inTurn(
    samples: Stretch,
    memory: number,
    callsOf: (samples: Stretch, field: number, scratch: number) => readonly Call[],
  ): readonly Call[] {
    const scratch = memory + this.#paddedSize * FLOAT;
    return stretches(samples.count, Math.ceil(samples.count / this.together)).flatMap((some) => {
      const first = samples.first + some.first;
      const from = sampleAddress(spanOf(this.#input.data), this.#input.shape[0]!, first);
      const field = this.#padding ? memory : from;
      return [
        ...this.#padded(some.count, from, memory),
        ...callsOf({ first, count: some.count }, field, scratch),
      ];
    });
  }

  #padded(count: number, from: number, to: number): readonly Call[] {
    if (!this.#padding) return [];
    const { loops, offset } = this.#padding;
    const size = sizeOf(this.#input.shape.slice(1));
    const samples = { count, from: size, to: this.#tiles.field.sample };
    return [copyCall([samples, ...loops], from, to + offset * FLOAT)];
  }

  /** Bytes to the first input that a block sees. */
  inputOffset({ top, left }: Block): number {
    return (top * this.#tiles.field.row + left * this.#tiles.channels) * FLOAT;
  }

  /** Bytes to the first output of a block that is written, if one of `shrink` along each axis is. */
  outputOffset({ top, left }: Block, shrink = 1): number {
    return (
      ((top / shrink) * this.#tiles.output.row + (left / shrink) * this.#tiles.filters) * FLOAT
    );
  }
}
