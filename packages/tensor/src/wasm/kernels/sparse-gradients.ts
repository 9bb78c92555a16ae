/**
 * What both gradients of a convolution, computed from winners alone, have in common: which numbers
 * of an image a filter sees, and how the lists of winners are kept small.
 *
 * A filter sees R rows of S · C numbers, in vectors; a loop over a list takes a group of these.
 */
import type { WindowGeometry } from '../../window-geometry.ts';
import type { Code, Local } from '../emit/code.ts';
import { SUMS_OF_LOOP, type Factor } from '../emit/entry-sums.ts';
import { FLOAT, LANES } from '../emit/vector-access.ts';
import { listsBytes, type Lists, type WinnerRows } from '../emit/winners.ts';
import type { Engine } from '../run/engine.ts';
import { CHUNKS, LINE, stretches } from '../run/stretches.ts';
import { sampleAddress, spanOf, type Call, type Span, type Winners } from '../run/work.ts';

/** An image that filters slide over, `[H, W, C]` with its padding. */
export interface FilteredImage {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly geometry: WindowGeometry;
}

/** Bytes of an image's row. */
export const rowBytes = ({ width, channels }: FilteredImage): number => width * channels * FLOAT;

/** Bytes from an output of the convolution to one that is so many rows and columns further on. */
export const imageStep = (image: FilteredImage, rows: number, columns: number): number => {
  const { strideHeight, strideWidth } = image.geometry;
  return rows * strideHeight * rowBytes(image) + columns * strideWidth * image.channels * FLOAT;
};

/** A band of windows of each of some samples. */
export interface Band extends WinnerRows {
  readonly samples: number;
  readonly image: FilteredImage;
}

/** Bytes of the pooled numbers of a sample. */
export const pooledBytes = ({ filters, pooling }: WinnerRows): number =>
  pooling.outputHeight * pooling.outputWidth * filters * FLOAT;

/** Numbers of the pooling's input, of a sample. */
export const inputSize = ({ filters, pooling }: WinnerRows): number =>
  pooling.inputHeight * pooling.inputWidth * filters;

/** The numbers that a filter sees. */
export interface Seen {
  /** R, or 1 if all rows are few numbers: their vectors are then placed as if in one. */
  readonly rows: number;
  /** Bytes from row to row. */
  readonly step: number;
  /** Vectors that are summed up in one loop, and how often the like of them follow. */
  readonly groups: readonly {
    readonly times: number;
    readonly vectors: readonly Factor[];
    /** Bytes by which the next group is further on. */
    readonly step: number;
  }[];
}

/** Filters of at most so many vectors have them all written out. */
const MOST_WRITTEN_OUT = 2 * SUMS_OF_LOOP;

const vectorsOf = (length: number, at = 0): Factor[] =>
  stretches(length, Math.ceil(length / LANES), LANES).map(({ first, count }) => ({
    at: at + first * FLOAT,
    width: count,
  }));

/** What a filter sees of an image. */
export function seenByFilter(image: FilteredImage): Seen {
  const { windowHeight: rows, windowWidth, dilationHeight } = image.geometry;
  const length = windowWidth * image.channels;
  const step = dilationHeight * rowBytes(image);
  const vectors = vectorsOf(length);
  const grouped = (all: readonly Factor[]): (readonly Factor[])[] =>
    stretches(all.length, Math.ceil(all.length / SUMS_OF_LOOP)).map(({ first, count }) =>
      all.slice(first, first + count),
    );
  if (rows * vectors.length <= MOST_WRITTEN_OUT) {
    const all = Array.from({ length: rows }, (_, r) => vectorsOf(length, r * step)).flat();
    const groups = grouped(all).map((vectors) => ({ times: 1, vectors, step: 0 }));
    return { rows: 1, step: 0, groups };
  }
  const groups: Seen['groups'][number][] = [];
  for (const group of grouped(vectors)) {
    const step = bytesOf(group);
    const fromStart = vectorsOf(step / FLOAT);
    const before = groups.at(-1);
    if (before?.step === step) groups.splice(-1, 1, { ...before, times: before.times + 1 });
    else groups.push({ times: 1, vectors: fromStart, step });
  }
  return { rows, step: step - length * FLOAT, groups };
}

/** Bytes of the numbers in vectors. */
export const bytesOf = (vectors: readonly Factor[]): number =>
  vectors.reduce((sum, { width }) => sum + width * FLOAT, 0);

/** Where vectors begin if they lie one after the other. */
export const sideBySide = (vectors: readonly Factor[]): Factor[] =>
  vectors.map(({ width }, i) => ({ at: bytesOf(vectors.slice(0, i)), width }));

/** Emits `body` for each group of vectors; `image` is moved to where these count from. */
export function forGroups(
  code: Code,
  seen: Seen,
  image: Local,
  body: (vectors: readonly Factor[]) => void,
): void {
  code.repeat(seen.rows, () => {
    for (const { times, vectors, step } of seen.groups) {
      code.repeat(times, () => {
        body(vectors);
        code.advance(image, step);
      });
    }
    code.advance(image, seen.step);
  });
}

/** All groups of vectors, in the order of {@link forGroups}. */
export const allGroups = ({ rows, groups }: Seen): (readonly Factor[])[] =>
  Array.from({ length: rows }, () =>
    groups.flatMap(({ times, vectors }) => Array.from({ length: times }, () => vectors)),
  ).flat();

/** Bytes of lists that leave room in a first-level cache for what they are multiplied with. */
const LISTS_BYTES = 64 * 1024;

/** A gradient of a convolution whose output is pooled. */
export interface SparseGradient {
  readonly name: string;
  readonly winners: Winners;
  readonly image: FilteredImage;
  /** The images `[N, H, W, C]`. */
  readonly images: Span;
  /** The lists of a band. */
  readonly listsOf: (band: WinnerRows) => Lists;
  /** Rows of windows that a band has at least, and at most unless these are more. */
  readonly rows: { readonly least: number; readonly most: number };
  /** Emits `(gradients, positions, input, image, other, table)`; see {@link bandParameters}. */
  readonly emit: (code: Code, band: Band) => void;
}

/** Addresses, but for `input`: the number of the band's first input of the pooling. */
export const bandParameters = ({ parameters }: Code) => {
  const [gradients, positions, input, image, other, table] = parameters as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  return { gradients, positions, input, image, other, table };
};

/** A gradient cut into bands of windows whose lists are small. */
export interface Bands {
  readonly count: number;
  /** For the samples from `first` on; @param other - an address for the emitted function. */
  callsOf(first: number, samples: number, other: number): readonly Call[];
}

/** Cuts a gradient into bands; none if what filters see is in no rows. */
export function bandsOf(engine: Engine, gradient: SparseGradient): Bands | undefined {
  const { name, winners, image, images, listsOf, emit } = gradient;
  const { pooling, gradients, positions } = winners;
  const [N, P, Q, filters] = gradients.shape as [number, number, number, number];
  if (image.geometry.dilationWidth > 1 && image.geometry.windowWidth > 1) return undefined;
  const perRow = listsBytes(listsOf({ rows: 1, filters, pooling }));
  const fitting = Math.max(1, Math.floor(LISTS_BYTES / perRow));
  const { least, most } = gradient.rows;
  const bands = stretches(P, Math.ceil(P / Math.max(least, Math.min(fitting, most))));
  const chunks = stretches(N, CHUNKS);
  const rows = Math.max(...bands.map((band) => band.count));
  const bytes = listsBytes(listsOf({ rows, filters, pooling }));
  // Chunks may be worked on at the same time, each with lists of its own.
  const size = Math.ceil(bytes / FLOAT / LINE) * LINE;
  const tables = engine.scratch(`winners ${size}`, size * chunks.length).address;
  const callsOf = (first: number, samples: number, other: number): Call[] =>
    bands.map(({ first: row, count }) => {
      const band: Band = { samples, rows: count, filters, pooling, image };
      const skipped = row * Q * filters * FLOAT;
      return {
        key: `${name} ${JSON.stringify(band)}`,
        emit: (code) => {
          emit(code, band);
        },
        values: [
          sampleAddress(spanOf(gradients.data), N, first) + skipped,
          sampleAddress(positions, N, first) + skipped,
          first * inputSize(band) + row * pooling.strideHeight * pooling.inputWidth * filters,
          sampleAddress(images, N, first) + imageStep(image, row * pooling.strideHeight, 0),
          other,
          tables + size * FLOAT * chunks.findLastIndex((chunk) => chunk.first <= first),
        ],
      };
    });
  return { count: bands.length, callsOf };
}
