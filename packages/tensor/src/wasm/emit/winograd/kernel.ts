/** The kernel of a convolution by tiles: its values at the points, `U = G · w · Gᵀ`. */
import type { Code, Local } from '../code.ts';
import type { MultiplyAdd } from '../contraction.ts';
import { FLOAT, LANES, loadLanes, loadVector, storeVector } from '../vector-access.ts';
import { filterMatrix, TAPS } from './interpolation.ts';
import { emitConstants, LinearCombinations } from './linear-combinations.ts';
import { POINTS } from './tiles.ts';

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
  /** In bytes, of the kernel and of its copy, `[tap, C, width]`. */
  const channel = { from: steps.channel * FLOAT, kept: width * FLOAT };
  const tap = { from: steps.tap * (isFlipped ? -1 : 1) * FLOAT, kept: channels * width * FLOAT };
  const firstTap = isFlipped ? (taps.length - 1) * steps.tap * FLOAT : 0;
  type Vector = (typeof all)[number];
  const load = (from: Local, offset: number, { at, lanes }: Vector): void => {
    loadLanes(code, from, offset + at * steps.filter, lanes, steps.filter * FLOAT);
  };
  const changes = code.zeros(1)[0]!;
  // Tap by tap: the taps of one channel lie apart by what may be the size of a cache.
  const [ofTap, kept] = [code.copy(kernel, firstTap), code.copy(copy)];
  code.repeat(taps.length, () => {
    const from = code.copy(ofTap);
    code.repeat(channels, () => {
      for (const vector of all) {
        load(from, 0, vector);
        loadVector(code, kept, vector.at, vector.lanes);
        code.op('v128Xor').get(changes).op('v128Or').set(changes);
      }
      code.advance(from, channel.from).advance(kept, channel.kept);
    });
    code.advance(ofTap, tap.from);
  });
  code.get(changes).op('v128AnyTrue');
  code.when(() => {
    const linear = new LinearCombinations(code, emitConstants(code, [filterMatrix]), multiplyAdd);
    const [from, kept, to] = [code.copy(kernel), code.copy(copy), code.copy(transformed)];
    code.repeat(channels, () => {
      for (const vector of all) {
        const loaded = taps.map((i) => {
          const value = code.keep(() => {
            load(from, firstTap + i * tap.from, vector);
          });
          storeVector(code, kept, i * tap.kept + vector.at, vector.lanes, value);
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
      code
        .advance(from, channel.from)
        .advance(kept, channel.kept)
        .advance(to, width * FLOAT);
    });
  });
}
