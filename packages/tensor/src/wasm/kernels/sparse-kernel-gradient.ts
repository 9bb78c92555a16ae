/**
 * The gradient of a convolution's kernel, from the winners of a max pooling alone. For each filter k
 * there is a list of the windows of its winners, as byte offsets in the image, and of gradients:
 *
 *     dKernel[·, ·, ·, k] += Σ over the list of gradient · what the filter sees there
 *
 * Sums lie as `[K, R·S·C]` until those of all samples are known.
 */
import type { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import type { Code } from '../emit/code.ts';
import type { MultiplyAdd } from '../emit/contraction.ts';
import { emitAdd, emitEntrySums, ENTRY, GRADIENT } from '../emit/entry-sums.ts';
import { PRODUCTS_OF_BLOCK } from '../emit/sums-in-blocks.ts';
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
import { sumWork } from '../run/sum-work.ts';
import { clearCall, spanOf, type SumWork, type Winners } from '../run/work.ts';
import type { Field } from './sliding-window.ts';
import {
  bandParameters,
  bandsOf,
  bytesOf,
  forGroups,
  imageStep,
  inputSize,
  pooledBytes,
  rowBytes,
  seenByFilter,
  sideBySide,
  type Band,
} from './sparse-gradients.ts';
import { transposedSum } from './transposed-sum.ts';

/**
 * Windows of a band, if that makes no more than so many bands: where a dense sum takes a block of
 * products, of which a quarter is not 0.
 */
const WINDOWS_OF_BAND = PRODUCTS_OF_BLOCK / 4;
const MOST_BANDS = 64;

/** A list for each filter, with room for every window. */
const listsOf = ({ rows, filters, pooling }: WinnerRows): Lists => ({
  count: filters,
  capacity: rows * pooling.outputWidth,
});

/** Emits the sums of bands; `other` is `[K, R·S·C]`, which is added to. */
function emitKernelGradient(code: Code, band: Band, multiplyAdd: MultiplyAdd): void {
  const { gradients, positions, input, image, other, table } = bandParameters(code);
  const [from, end, atEnd] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const [sums, window] = [code.local('i32'), code.local('i32')];
  const lists = listsOf(band);
  const seen = seenByFilter(band.image);
  code.repeat(band.samples, () => {
    emitLists(code, band);
    code.assign(sums, other).assign(atEnd, table).assign(from, table, tableBytes(lists));
    code.repeat(band.filters, () => {
      code.get(atEnd).access('i32Load', 0).set(end).assign(window, image);
      const entries = { from, end, base: window };
      forGroups(code, seen, window, (vectors) => {
        emitEntrySums(code, entries, vectors, multiplyAdd, (values) => {
          for (const [i, place] of sideBySide(vectors).entries())
            emitAdd(code, sums, place, values[i]!);
        });
        code.advance(sums, bytesOf(vectors));
      });
      code.advance(atEnd, ADDRESS).advance(from, lists.capacity * ENTRY);
    });
    code.advance(gradients, pooledBytes(band)).advance(positions, pooledBytes(band));
    code.advance(input, inputSize(band)).advance(image, band.image.height * rowBytes(band.image));
  });
}

/** Emits the lists of one sample: where the winners' windows begin, from the band's first on. */
function emitLists(code: Code, band: Band): void {
  const { gradients, positions, input, table } = bandParameters(code);
  const { pooling: g, image } = band;
  emitEmptyLists(code, listsOf(band), table);
  const [row, window] = [code.local('i32'), code.local('i32')];
  const [ends, to] = [code.local('i32'), code.local('i32')];
  const offsets = code.local('v128');
  code.i32(0).set(row);
  const pointers = { gradients: code.copy(gradients), positions: code.copy(positions), input };
  emitWinnerWalk(code, band, pointers, {
    beginRow: () => code.assign(window, row).assign(ends, table),
    nextRow: () => code.advance(row, imageStep(image, g.strideHeight, 0)),
    nextWindow: () => code.advance(window, imageStep(image, 0, g.strideWidth)).assign(ends, table),
    group({ width, gradients, distances, steps }) {
      emitByPlace(code, band, distances, (r, s) => imageStep(image, r, s));
      code.get(window).op('i32x4Splat', 'i32x4Add').set(offsets);
      for (let lane = 0; lane < width; lane++) {
        code
          .get(ends)
          .access('i32Load', lane * ADDRESS)
          .set(to);
        code.get(to).get(offsets).access('v128Store32Lane', 0, lane);
        code.get(to).get(gradients).access('v128Store32Lane', GRADIENT, lane);
      }
      code.get(ends).get(ends).access('v128Load', 0).get(steps).op('i32x4Add');
      code.access('v128Store', 0).advance(ends, width * ADDRESS);
    },
  });
}

/** The gradient as work; none where lists would be too many or too long. */
export function sparseKernelGradientWork(
  engine: Engine,
  winners: Winners,
  field: Field,
  dKernel: Tensor,
  geometry: WindowGeometry,
): SumWork | undefined {
  const [R, S, channels, K] = dKernel.shape as [number, number, number, number];
  const { height, width } = field;
  const target = spanOf(dKernel.data);
  const [N, P, Q] = winners.gradients.shape as [number, number, number];
  const rows = {
    least: Math.ceil(P / MOST_BANDS),
    most: Math.max(1, Math.floor(WINDOWS_OF_BAND / Q)),
  };
  if (rows.least * Q > PRODUCTS_OF_BLOCK) return undefined;
  const bands = bandsOf(engine, {
    name: 'sparseKernelGradient',
    winners,
    image: { height, width, channels, geometry },
    images: field.span,
    listsOf,
    rows,
    emit: (code, band) => {
      emitKernelGradient(code, band, engine.multiplyAdd);
    },
  });
  return (
    bands &&
    sumWork({
      name: 'kernelGradient',
      samples: N,
      reads: [field.span, spanOf(winners.gradients.data), winners.positions],
      target,
      additions: bands.count,
      callsOf: (first, count, into, start) => [
        ...(start === 'zero' ? [clearCall(into, target.bytes)] : []),
        ...bands.callsOf(first, count, into),
      ],
      joined: (parts, count) => transposedSum(target, parts, count, [R * S * channels, K]),
    })
  );
}
