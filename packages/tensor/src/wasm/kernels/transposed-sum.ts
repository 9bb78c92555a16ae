/**
 * Sums of matrices that lie transposed: target `[rows, columns]` += Σ parts `[columns, rows]`, in
 * blocks of four rows and four columns.
 */
import type { Code, Local } from '../emit/code.ts';
import { FLOAT, LANES, loadVector, storeVector } from '../emit/vector-access.ts';
import { LINE, stretches } from '../run/stretches.ts';
import type { Span, UnitWork } from '../run/work.ts';

interface TransposedSum {
  readonly parts: number;
  /** Of all of a part. */
  readonly rows: number;
  readonly columns: number;
  /** Rows of the target that are computed. */
  readonly count: number;
  readonly start: 'zero' | 'c';
}

/** Lanes 0 and 1, then 2 and 3, of two vectors in turn. */
const LOW = [0, 4, 1, 5] as const;
const HIGH = [2, 6, 3, 7] as const;

/** Emits `(parts, target)`. */
function emitTransposedSum(code: Code, sum: TransposedSum): void {
  const [parts, target] = code.parameters as [Local, Local];
  const { rows, columns, count } = sum;
  const inBlocks = (length: number, body: (size: number) => void): void => {
    code.repeat(Math.floor(length / LANES), () => {
      body(LANES);
    });
    if (length % LANES > 0) body(length % LANES);
  };
  const [from, to] = [code.local('i32'), code.local('i32')];
  inBlocks(count, (height) => {
    code.assign(from, parts).assign(to, target);
    inBlocks(columns, (width) => {
      emitBlock(code, sum, { from, to, height, width });
      code.advance(from, width * rows * FLOAT).advance(to, width * FLOAT);
    });
    code.advance(parts, height * FLOAT).advance(target, height * columns * FLOAT);
  });
}

/** Emits a block of `height` rows and `width` columns of the target. */
function emitBlock(
  code: Code,
  { parts, rows, columns, start }: TransposedSum,
  at: {
    readonly from: Local;
    readonly to: Local;
    readonly height: number;
    readonly width: number;
  },
): void {
  const { from, to, height, width } = at;
  const [part, total] = [code.local('v128'), code.local('v128')];
  // A row of zeros stands for each column that is missing.
  const sums = code.zeros(LANES);
  for (let column = 0; column < width; column++) {
    for (let i = 0; i < parts; i++) {
      loadVector(code, from, (i * columns + column) * rows * FLOAT, height);
      code.set(part).get(sums[column]!).get(part).op('f32x4Add').set(sums[column]!);
    }
  }
  const [a, b, c, d] = sums as [Local, Local, Local, Local];
  // Twice every second one of four: 0 and 2, 1 and 3; then the two results.
  const pairs = [LOW, HIGH].map((lanes) =>
    [
      [a, c],
      [b, d],
    ].map(([x, y]) => code.keep(() => code.get(x!).get(y!).shuffle(lanes))),
  );
  for (let row = 0; row < height; row++) {
    const [even, odd] = pairs[row >> 1]!;
    code
      .get(even!)
      .get(odd!)
      .shuffle(row % 2 === 0 ? LOW : HIGH);
    if (start === 'c') {
      loadVector(code, to, row * columns * FLOAT, width);
      code.op('f32x4Add');
    }
    code.set(total);
    storeVector(code, to, row * columns * FLOAT, width, total);
  }
}

/** `count` parts, one after the other, added up in order and to what is there. */
export function transposedSum(
  target: Span,
  parts: Span,
  count: number,
  [rows, columns]: readonly [number, number],
): UnitWork {
  return {
    kind: 'units',
    name: 'transposedSum',
    reads: [parts],
    writes: [target],
    adds: true,
    pieces: (most, start) =>
      stretches(rows, most, LINE).map((stretch) => {
        const sum: TransposedSum = { parts: count, rows, columns, count: stretch.count, start };
        return [
          {
            key: `transposedSum ${JSON.stringify(sum)}`,
            emit: (code) => {
              emitTransposedSum(code, sum);
            },
            values: [
              parts.address + stretch.first * FLOAT,
              target.address + stretch.first * columns * FLOAT,
            ],
          },
        ];
      }),
  };
}
