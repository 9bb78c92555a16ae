/** Expressions over tensors, element by element and summed, on every implementation. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  math,
  perChannel,
  perImageChannel,
  perRow,
  referenceKernels,
  ShapeError,
  single,
  Tensor,
  type Expression,
  type Kernels,
  type Operand,
  type Shape,
} from '../src/index.ts';
import { expectWithin, implementations, inOwnMemory, randomTensor } from './implementations.ts';

const { abs, add, divide, erf, exp, log, maximum, minimum, multiply, operand } = math;
const { selectGreater, sqrt, square, subtract, tanh } = math;
const [x, y, z] = [operand(0), operand(1), operand(2)];

/** Every operation, of two operands. */
const expressions: readonly (readonly [string, Expression])[] = [
  ['add', add(x, y)],
  ['subtract', subtract(x, y)],
  ['multiply', multiply(x, y)],
  ['divide', divide(x, add(1, square(y)))],
  ['maximum', maximum(x, y)],
  ['minimum', minimum(x, y)],
  ['sqrt', sqrt(abs(x))],
  ['exp', exp(x)],
  ['log', log(add(0.1, abs(x)))],
  ['tanh', tanh(x)],
  ['erf', erf(x)],
  ['selectGreater', selectGreater(x, y, multiply(2, x), 0.5)],
  ['what is used twice', multiply(add(x, y), subtract(exp(add(x, y)), add(x, y)))],
];

const someShape = fc.oneof(
  fc.integer({ min: 13, max: 90 }).map((size) => [size]),
  fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 7, max: 40 })),
  fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 2, max: 5 }),
    fc.integer({ min: 2, max: 5 }),
    fc.integer({ min: 1, max: 21 }),
  ),
);
const someBatch = someShape.filter((shape) => shape.length > 1);

/** A third operand of each kind, for an output of `shape`. */
function repeatedOperands(shape: Shape): Operand[] {
  const [N, C] = [shape[0]!, shape.at(-1)!];
  return [
    randomTensor(shape),
    single(randomTensor([1])),
    perChannel(randomTensor([C])),
    perRow(randomTensor([...shape.slice(0, -1), 1])),
    perImageChannel(randomTensor([N, C])),
  ];
}

describe.each(implementations)('$title', ({ kernels: implementation, dtype, tolerance }) => {
  const kernels = inOwnMemory(implementation, dtype);

  /** Compares what `run` computes in outputs of these shapes with the reference in float64. */
  function expectAsReference(
    shapes: readonly Shape[],
    run: (k: Kernels, outputs: Tensor[]) => void,
  ): void {
    const make = (): Tensor[] => shapes.map((shape) => Tensor.zeros(shape, 'float64'));
    const [actual, expected] = [make(), make()];
    run(kernels, actual);
    run(referenceKernels, expected);
    for (const [i, { data }] of actual.entries()) {
      expectWithin(tolerance, data, expected[i]!.data);
    }
  }

  /** One expression of one operand, at the numbers `at`. */
  function valuesOf(expression: Expression, at: readonly number[]): number[] {
    const output = Tensor.zeros([at.length], 'float64');
    kernels.elementwise([expression], [Tensor.from([...at], 'float64')], [output]);
    return [...output.data];
  }

  test('computes what is written', () => {
    const [a, b] = [Tensor.from([1, -2, 3]), Tensor.from([4, 5, 6])];
    const outputs = [Tensor.zeros([3]), Tensor.zeros([3])];
    kernels.elementwise([add(multiply(x, y), 1), maximum(x, 0)], [a, b], outputs);
    expect(outputs.map(({ data }) => [...data])).toEqual([
      [5, -9, 19],
      [1, 0, 3],
    ]);
  });

  test.each(expressions)('%s', (_, expression) => {
    fc.assert(
      fc.property(someShape, (shape) => {
        const operands = [randomTensor(shape), randomTensor(shape)];
        expectAsReference([shape], (k, outputs) => {
          k.elementwise([expression], operands, outputs);
        });
      }),
      { numRuns: 20 },
    );
  });

  test.each(['samples', 'weights'] as const)('repeats smaller operands over %s', (over) => {
    fc.assert(
      fc.property(someBatch, (shape) => {
        for (const third of repeatedOperands(shape)) {
          const operands = [randomTensor(shape), third];
          expectAsReference([shape, shape], (k, outputs) => {
            k.elementwise([multiply(x, y), subtract(y, x)], operands, outputs, { over });
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  test('computes in place, all before any is stored', () => {
    fc.assert(
      fc.property(someShape, (shape) => {
        const start = [randomTensor(shape), randomTensor(shape)];
        expectAsReference([shape, shape], (k, outputs) => {
          for (const [i, { data }] of outputs.entries()) data.set(start[i]!.data);
          k.elementwise([subtract(x, y), add(x, y)], outputs, outputs);
        });
      }),
      { numRuns: 20 },
    );
  });

  test('large weights are computed in pieces', () => {
    const shape = [3, 2003];
    const operands = [
      randomTensor(shape),
      single(randomTensor([1])),
      perChannel(randomTensor([2003])),
    ];
    for (const expression of [multiply(x, y), add(multiply(x, y), z)]) {
      expectAsReference([shape], (k, outputs) => {
        k.elementwise([expression], operands, outputs, { over: 'weights' });
      });
    }
  });

  test('sums over rows, for each channel', () => {
    fc.assert(
      fc.property(someBatch, fc.integer({ min: 1, max: 3 }), (shape, count) => {
        const C = shape.at(-1)!;
        const [first, , ...others] = repeatedOperands(shape);
        const operands = [first!, ...others.slice(0, 2)];
        const summed = [
          multiply(x, x),
          add(exp(x), y),
          multiply(square(subtract(x, y)), square(z)),
        ];
        expectAsReference([[count, C]], (k, [sums]) => {
          sums!.data.fill(5); // is overwritten
          k.channelSums(summed.slice(0, count), operands, sums!);
        });
      }),
      { numRuns: 40 },
    );
  });

  test('sums each row', () => {
    fc.assert(
      fc.property(someBatch, (shape) => {
        const [first, one, channels, rows] = repeatedOperands(shape);
        const operands = [first!, channels!, rows!, one!];
        const sums = [...shape.slice(0, -1), 1];
        expectAsReference([sums, sums], (k, outputs) => {
          const expression = square(add(multiply(x, y), multiply(z, operand(3))));
          k.rowSums([expression, multiply(x, x)], operands, outputs);
        });
      }),
      { numRuns: 40 },
    );
  });

  test('functions are right over their whole range', () => {
    const near = [1e-30, 1e-6, ...Array.from({ length: 600 }, (_, i) => (i + 1) / 50)];
    const numbers = [...near.map((value) => -value), 0, ...near].map(Math.fround);
    const relative = tolerance < 1e-6 ? 1e-12 : 5e-7;
    const expectRelative = (actual: number[], expected: number[], least = 0): void => {
      expected.forEach((value, i) => {
        const error = Math.abs(actual[i]! - value);
        if (!(error <= relative * Math.max(Math.abs(value), least))) {
          expect.fail(`at ${i}: expected ${value}, received ${actual[i]}`);
        }
      });
    };
    expectRelative(valuesOf(tanh(x), numbers), numbers.map(Math.tanh));
    expectRelative(valuesOf(exp(x), numbers), numbers.map(Math.exp));
    expectRelative(
      valuesOf(exp(x), [-87, -50, 50, 88.5]),
      [-87, -50, 50, 88.5].map((value) => Math.exp(value)),
    );
    const positive = [1e-37, ...near, 1e10, 3e38].map(Math.fround);
    expectRelative(valuesOf(log(x), positive), positive.map(Math.log), 1);
    // From tables (Abramowitz and Stegun 7.1), and where the series of the reference ends.
    const table = new Map([
      [0.02, 0.0225645746918449],
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [1.5, 0.9661051464753108],
      [2, 0.9953222650189527],
      [3, 0.9999779095030014],
      [5.9, 1],
      [7, 1],
    ]);
    const at = [...table.keys()];
    const rounded = tolerance < 1e-6 ? at : at.map(Math.fround);
    expectRelative(valuesOf(erf(x), rounded), [...table.values()]);
    expectRelative(
      valuesOf(erf(subtract(0, x)), rounded),
      [...table.values()].map((value) => -value),
    );
  });

  test('limits and numbers that are none', () => {
    expect(valuesOf(exp(x), [-Infinity, -200, 0, 200, Infinity, NaN])).toEqual([
      0,
      expect.closeTo(0, 30),
      1,
      tolerance < 1e-6 && dtype === 'float64' ? Math.exp(200) : Infinity,
      Infinity,
      NaN,
    ]);
    expect(valuesOf(log(x), [0, -1, Infinity, NaN, 1])).toEqual([-Infinity, NaN, Infinity, NaN, 0]);
    expect(valuesOf(tanh(x), [-Infinity, 0, Infinity, NaN])).toEqual([-1, 0, 1, NaN]);
    expect(valuesOf(erf(x), [-Infinity, 0, Infinity, NaN])).toEqual([-1, 0, 1, NaN]);
    expect(valuesOf(maximum(x, 0), [NaN, -1, 1])).toEqual([NaN, 0, 1]);
    expect(valuesOf(selectGreater(x, 0, 1, 2), [NaN, -1, 0, 1])).toEqual([2, 2, 2, 1]);
  });

  test('refuses what does not fit', () => {
    const of = (shape: Shape): Tensor => Tensor.zeros(shape);
    const message = (run: () => void): string => {
      try {
        run();
      } catch (error) {
        if (error instanceof ShapeError) return error.message;
      }
      return 'no ShapeError';
    };
    const elementwise = (operands: readonly Operand[], ...outputs: readonly Tensor[]) =>
      message(() => {
        kernels.elementwise([add(x, y)], operands, outputs);
      });
    expect(elementwise([of([2, 3]), of([3])], of([2, 3]))).toBe(
      'elementwise operand 1: expected [2, 3] for [2, 3]; received [3]. Say by perChannel, perRow, perImageChannel or single how a smaller tensor is repeated.',
    );
    expect(elementwise([of([2, 3]), perRow(of([2]))], of([2, 3]))).toContain(
      'operand 1 (one number per row): expected [2, 1] for [2, 3]; received [2].',
    );
    expect(elementwise([of([2, 3])], of([2, 3]))).toBe(
      'elementwise: expected 2 operands; received 1.',
    );
    expect(elementwise([of([2]), of([2])], of([2]), of([2]))).toContain('received 2 for 1');
    expect(
      message(() => {
        kernels.channelSums([x], [of([2, 3])], of([3]));
      }),
    ).toBe('channelSums: expected an output [1, 3]; received [3].');
    expect(
      message(() => {
        kernels.rowSums([x], [single(of([1]))], [of([1])]);
      }),
    ).toContain('expected an operand that is not repeated');
  });
});
