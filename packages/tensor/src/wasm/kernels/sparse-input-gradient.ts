/**
 * The gradient of a convolution's input, from the winners of a max pooling alone. For each place of
 * each window there is a list of the filters that won there, as byte offsets in the kernel, and of
 * gradients:
 *
 *     what filters see from there += Σ over the list of gradient · filter
 *
 * The kernel is packed as the groups of vectors that one loop takes: of each group, a row for each
 * filter.
 */
import type { Tensor } from '../../tensor.ts';
import type { Code, Local } from '../emit/code.ts';
import type { MultiplyAdd } from '../emit/contraction.ts';
import { emitAdd, emitEntrySums, ENTRY, GRADIENT, SUMS_OF_LOOP } from '../emit/entry-sums.ts';
import { PRODUCTS_OF_BLOCK } from '../emit/sums-in-blocks.ts';
import { FLOAT, LANES } from '../emit/vector-access.ts';
import {
  ADDRESS,
  emitByPlace,
  emitEmptyLists,
  emitWinnerWalk,
  tableBytes,
  type Lists,
  type WinnerRows,
} from '../emit/winners.ts';
import type { Engine } from '../run/engine.ts';
import { stretches } from '../run/stretches.ts';
import { spanOf, type Call, type Span, type UnitWork, type Winners } from '../run/work.ts';
import { copyCall } from './sliding-window.ts';
import {
  allGroups,
  bandParameters,
  bandsOf,
  forGroups,
  imageStep,
  inputSize,
  pooledBytes,
  rowBytes,
  seenByFilter,
  type Band,
  type FilteredImage,
} from './sparse-gradients.ts';

/** Bytes of a filter's row in the packed kernel. */
const ROW = SUMS_OF_LOOP * LANES * FLOAT;

/** A list for each place of each window, with room for all filters. */
const listsOf = ({ rows, filters, pooling: g }: WinnerRows): Lists => ({
  count: rows * g.outputWidth * g.windowHeight * g.windowWidth,
  capacity: filters,
});

/** Emits the sums of bands; `other` is the packed kernel. `image` is added to. */
function emitInputGradient(code: Code, band: Band, multiplyAdd: MultiplyAdd): void {
  const { gradients, positions, input, image, other, table } = bandParameters(code);
  const [from, end, atEnd] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const [seenFrom, base] = [code.local('i32'), code.local('i32')];
  const lists = listsOf(band);
  code.repeat(band.samples, () => {
    emitLists(code, band);
    code.assign(seenFrom, image).assign(base, other);
    forGroups(code, seenByFilter(band.image), seenFrom, (vectors) => {
      const factors = vectors.map((_, i) => ({ at: i * LANES * FLOAT, width: LANES }));
      const entries = { from, end, base };
      code.assign(atEnd, table).assign(from, table, tableBytes(lists));
      forPlaces(code, band, seenFrom, (at) => {
        code.get(atEnd).access('i32Load', 0).set(end);
        emitEntrySums(code, entries, factors, multiplyAdd, (values) => {
          for (const [i, place] of vectors.entries()) emitAdd(code, at, place, values[i]!);
        });
        code.advance(atEnd, ADDRESS).advance(from, lists.capacity * ENTRY);
      });
      code.advance(base, band.filters * ROW);
    });
    code.advance(gradients, pooledBytes(band)).advance(positions, pooledBytes(band));
    code.advance(input, inputSize(band)).advance(image, band.image.height * rowBytes(band.image));
  });
}

/** Emits `body` for each place of each window, in the order of the lists; `at` is what is seen. */
function forPlaces(
  code: Code,
  { rows, pooling: g, image }: Band,
  from: Local,
  body: (at: Local) => void,
): void {
  const loops = [
    { count: rows, step: imageStep(image, g.strideHeight, 0) },
    { count: g.outputWidth, step: imageStep(image, 0, g.strideWidth) },
    { count: g.windowHeight, step: imageStep(image, 1, 0) },
    { count: g.windowWidth, step: imageStep(image, 0, 1) },
  ];
  const nest = ([loop, ...inside]: typeof loops, from: Local): void => {
    if (!loop) {
      body(from);
      return;
    }
    const at = code.copy(from);
    code.repeat(loop.count, () => {
      nest(inside, at);
      code.advance(at, loop.step);
    });
  };
  nest(loops, from);
}

/** Emits the lists of one sample. */
function emitLists(code: Code, band: Band): void {
  const { gradients, positions, input, table } = bandParameters(code);
  const { pooling: g } = band;
  emitEmptyLists(code, listsOf(band), table);
  const [window, filter] = [code.local('i32'), code.local('i32')];
  const [slot, to] = [code.local('i32'), code.local('i32')];
  const slots = code.local('v128');
  code.assign(window, table).i32(0).set(filter);
  const pointers = { gradients: code.copy(gradients), positions: code.copy(positions), input };
  emitWinnerWalk(code, band, pointers, {
    beginRow: () => undefined,
    nextRow: () => undefined,
    nextWindow: () =>
      code
        .advance(window, g.windowHeight * g.windowWidth * ADDRESS)
        .i32(0)
        .set(filter),
    group({ width, gradients, distances, steps }) {
      emitByPlace(code, band, distances, (r, s) => (r * g.windowWidth + s) * ADDRESS);
      code.get(window).op('i32x4Splat', 'i32x4Add').set(slots);
      for (let lane = 0; lane < width; lane++) {
        code.get(slots).extractLane(lane).set(slot);
        code.get(slot).access('i32Load', 0).set(to);
        code.get(to).get(filter).access('i32Store', 0);
        code.get(to).get(gradients).access('v128Store32Lane', GRADIENT, lane);
        code.get(slot).get(to).get(steps).extractLane(lane).op('i32Add').access('i32Store', 0);
        code.advance(filter, ROW);
      }
    },
  });
}

/** The kernel `[R, S, C, K]`, packed for {@link emitInputGradient}. */
function packedRows(
  engine: Engine,
  kernel: Tensor,
  image: FilteredImage,
): { readonly span: Span; readonly work: UnitWork } {
  const K = kernel.shape[3]!;
  const from = spanOf(kernel.data);
  const groups = allGroups(seenByFilter(image));
  const span = engine.scratch(`rows ${kernel.shape.join()}`, (groups.length * K * ROW) / FLOAT);
  let address = from.address;
  const calls = groups.map((vectors, group) =>
    vectors.map(({ width }, i) => {
      const loops = [
        { count: K, from: 1, to: ROW / FLOAT },
        { count: width, from: K, to: 1 },
      ];
      const call = copyCall(loops, address, span.address + group * K * ROW + i * LANES * FLOAT);
      address += width * K * FLOAT;
      return call;
    }),
  );
  return {
    span,
    work: {
      kind: 'units',
      name: 'packing',
      reads: [from],
      writes: [span],
      pieces: (most) =>
        stretches(calls.length, most).map(({ first, count }) =>
          calls.slice(first, first + count).flat(),
        ),
    },
  };
}

/** What adds up the gradient of a band, and the packed kernel that it needs. */
export interface SparseInputGradient {
  readonly packing: UnitWork;
  readonly reads: readonly Span[];
  readonly callsOf: (first: number, samples: number) => readonly Call[];
}

/**
 * The gradient in calls; none where lists would be too long.
 * @param images - `[N, H, W, C]`, which the calls add to.
 */
export function sparseInputGradient(
  engine: Engine,
  winners: Winners,
  kernel: Tensor,
  images: Span,
  image: FilteredImage,
): SparseInputGradient | undefined {
  if (kernel.shape[3]! > PRODUCTS_OF_BLOCK) return undefined;
  const bands = bandsOf(engine, {
    name: 'sparseInputGradient',
    winners,
    image,
    images,
    listsOf,
    rows: { least: 1, most: Infinity },
    emit: (code, band) => {
      emitInputGradient(code, band, engine.multiplyAdd);
    },
  });
  if (!bands) return undefined;
  const { span, work } = packedRows(engine, kernel, image);
  return {
    packing: work,
    reads: [spanOf(winners.gradients.data), winners.positions, span],
    callsOf: (first, samples) => bands.callsOf(first, samples, span.address),
  };
}
