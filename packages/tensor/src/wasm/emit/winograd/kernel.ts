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
