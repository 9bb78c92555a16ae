/**
 * A convolution with a max pooling by windows of 2 × 2 behind it: the four outputs of a window are
 * formed side by side in registers, and only the largest is stored, with its place.
 */
import type { Code, Local } from './code.ts';
import {
  columnGroups,
  emitContractionAt,
  forColumnGroups,
  type Contraction,
  type MultiplyAdd,
} from './contraction.ts';
import { FLOAT, LANES, storeVector } from './vector-access.ts';
import { emitWinnerOf } from './winner-of-window.ts';

/** Sizes in elements. */
export interface PooledConvolution {
  /** Samples, rows of windows and windows of a row: how many, and what they are apart. */
  readonly loops: readonly {
    readonly count: number;
    /** In the padded input. */
    readonly input: number;
    /** In the pooled output. */
    readonly output: number;
    /** In the convolution's output, where winners are counted. */
    readonly index: number;
  }[];
  /** From an output of the convolution to the next, by row and by column, in its padded input. */
  readonly input: readonly [row: number, column: number];
  /** The same in its output. */
  readonly index: readonly [row: number, column: number];
  /** K. */
  readonly filters: number;
  /** What a filter sees; `b` for a kernel that is not packed. */
  readonly reduction: Contraction['reduction'];
  /** The kernel lies as {@link columnGroups} says. */
  readonly isPacked: boolean;
  readonly hasBias: boolean;
  readonly hasRelu: boolean;
}

/** Places in a window, in order. */
const PLACES = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

/** Where a window begins. */
interface Pointers {
  readonly input: Local;
  readonly output: Local;
  readonly positions: Local;
  readonly index: Local;
}

/** Emits `(input, kernel, output, bias, positions, index)`, of addresses but for `index`. */
export function emitPooledConvolution(
  code: Code,
  spec: PooledConvolution,
  multiplyAdd: MultiplyAdd,
): void {
  const [input, kernel, output, bias, positions, index] = code.parameters as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const { filters, reduction, isPacked, hasBias } = spec;
  const taps = reduction.reduce((product, { count }) => product * count, 1);
  const group = code.copies({ kernel, output, bias, positions, index });
  forColumnGroups(code, columnGroups(filters), ({ width, vectors }) => {
    const kernelStep = (step: number): number => (isPacked ? (step / filters) * width : step);
    const contraction: Contraction = {
      outer: [],
      inner: [],
      rows: [
        { count: 2, a: spec.input[0], c: 0 },
        { count: 2, a: spec.input[1], c: 0 },
      ],
      columns: width,
      reduction: reduction.map((loop) => ({ ...loop, b: kernelStep(loop.b) })),
      start: hasBias ? 'bias' : 'zero',
    };
    const nest = (loops: PooledConvolution['loops'], from: Pointers): void => {
      const [loop, ...inside] = loops;
      if (!loop) {
        const at = { a: from.input, b: group.kernel, c: from.output, side: group.bias };
        emitContractionAt(code, contraction, multiplyAdd, at, (sums) => {
          emitStore(code, spec, vectors, sums, from);
        });
        return;
      }
      const at = code.copies(from);
      code.repeat(loop.count, () => {
        nest(inside, at);
        code.advance(at.input, loop.input * FLOAT).advance(at.index, loop.index);
        for (const pointer of [at.output, at.positions]) code.advance(pointer, loop.output * FLOAT);
      });
    };
    nest(spec.loops, { ...group, input });
    code.advance(group.kernel, (isPacked ? taps : 1) * width * FLOAT).advance(group.index, width);
    for (const pointer of [group.output, group.positions, group.bias])
      code.advance(pointer, width * FLOAT);
  });
}

/** Stores the winners of a window. */
function emitStore(
  code: Code,
  { index, hasRelu }: PooledConvolution,
  vectors: readonly number[],
  sums: readonly (readonly Local[])[],
  to: Pointers,
): void {
  for (const [j, width] of vectors.entries()) {
    const window = PLACES.map(([row, column], place) => {
      return { value: sums[place]![j]!, offset: row * index[0] + column * index[1] };
    });
    const { best, winner } = emitWinnerOf(code, window, to.index, j * LANES, hasRelu);
    storeVector(code, to.output, j * LANES * FLOAT, width, best);
    storeVector(code, to.positions, j * LANES * FLOAT, width, winner);
  }
}
