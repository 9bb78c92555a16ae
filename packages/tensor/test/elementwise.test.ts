/** Expressions over tensors, element by element and summed, on every implementation. */
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
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
  type Values,
} from '../src/index.ts';
import { expectWithin, implementations, inOwnMemory, randomTensor } from './implementations.ts';

const { abs, add, divide, erf, exp, log, maximum, minimum, multiply } = math;
const { selectGreater, sqrt, square, subtract, tanh } = math;

type Compute = (x: Expression, y: Expression) => Expression;

/** Every operation, of two operands. */
const expressions: readonly (readonly [string, Compute])[] = [
  ['add', (x, y) => add(x, y)],
  ['subtract', (x, y) => subtract(x, y)],
  ['multiply', (x, y) => multiply(x, y)],
  ['divide', (x, y) => divide(x, add(1, square(y)))],
  ['plus', (x, y) => x.plus(y).plus(1)],
  ['minus', (x, y) => x.minus(y).minus(1)],
  ['times', (x, y) => x.times(y).times(3)],
  ['over', (x, y) => x.over(square(y).plus(1)).over(3)],
  ['maximum', (x, y) => maximum(x, y)],
  ['minimum', (x, y) => minimum(x, y)],
  ['sqrt', (x) => sqrt(abs(x))],
  ['exp', (x) => exp(x)],
  ['log', (x) => log(add(0.1, abs(x)))],
  ['tanh', (x) => tanh(x)],
  ['erf', (x) => erf(x)],
  ['selectGreater', (x, y) => selectGreater(x, y, multiply(2, x), 0.5)],
  ['what is used twice', (x, y) => x.plus(y).times(exp(x.plus(y)).minus(x.plus(y)))],
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
  function valuesOf(of: (x: Expression) => Expression, at: readonly number[]): number[] {
    const output = Tensor.zeros([at.length], 'float64');
    const x = Tensor.from([...at], 'float64');
    kernels.elementwise({ x }, (at) => ({ output: of(at.x) }), { output });
    return [...output.data];
  }

  test('computes what is written', () => {
    const [a, b] = [Tensor.from([1, -2, 3]), Tensor.from([4, 5, 6])];
    const [sum, positive] = [Tensor.zeros([3]), Tensor.zeros([3])];
    kernels.elementwise(
      { a, b },
      ({ a, b }) => ({ positive: maximum(a, 0), sum: a.times(b).plus(1) }),
      { sum, positive },
    );
    expect([sum, positive].map(({ data }) => [...data])).toEqual([
      [5, -9, 19],
      [1, 0, 3],
    ]);
  });

  test.each(expressions)('%s', (_, of) => {
    fc.assert(
      fc.property(someShape, (shape) => {
        const operands = { x: randomTensor(shape), y: randomTensor(shape) };
        expectAsReference([shape], (k, [output]) => {
          k.elementwise(operands, ({ x, y }) => ({ output: of(x, y) }), { output: output! });
        });
      }),
      { numRuns: 20 },
    );
  });

  test.each(['samples', 'weights'] as const)('repeats smaller operands over %s', (over) => {
    fc.assert(
      fc.property(someBatch, (shape) => {
        for (const third of repeatedOperands(shape)) {
          const operands = { x: randomTensor(shape), y: third };
          expectAsReference([shape, shape], (k, outputs) => {
            k.elementwise(
              operands,
              ({ x, y }) => ({ outputs: [x.times(y), y.minus(x)] }),
              { outputs },
              { over },
            );
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
          const [x, y] = outputs as [Tensor, Tensor];
          k.elementwise({ x, y }, (old) => ({ x: old.x.minus(old.y), y: old.x.plus(old.y) }), {
            x,
            y,
          });
        });
      }),
      { numRuns: 20 },
    );
  });

  test('large weights are computed in pieces', () => {
    const shape = [3, 2003];
    const operands = {
      x: randomTensor(shape),
      y: single(randomTensor([1])),
      z: perChannel(randomTensor([2003])),
    };
    expectAsReference([shape, shape], (k, [a, b]) => {
      const overWeights = { over: 'weights' } as const;
      k.elementwise(operands, ({ x, y }) => ({ a: x.times(y) }), { a: a! }, overWeights);
      k.elementwise(operands, ({ x, y, z }) => ({ b: x.times(y).plus(z) }), { b: b! }, overWeights);
    });
  });

  test('sums over rows, for each channel', () => {
    fc.assert(
      fc.property(someBatch, fc.integer({ min: 1, max: 3 }), (shape, count) => {
        const C = shape.at(-1)!;
        const [x, , y, z] = repeatedOperands(shape);
        const operands = { x: x!, y: y!, z: z! };
        const shapes = Array.from({ length: count }, () => [C]);
        expectAsReference(shapes, (k, sums) => {
          for (const { data } of sums) data.fill(5); // is overwritten
          k.channelSums(
            operands,
            ({ x, y, z }) => ({
              sums: [x.times(x), exp(x).plus(y), square(x.minus(y)).times(square(z))].slice(
                0,
                count,
              ),
            }),
            { sums },
          );
        });
      }),
      { numRuns: 40 },
    );
  });

  test('sums each row', () => {
    fc.assert(
      fc.property(someBatch, (shape) => {
        const [x, one, channels, rows] = repeatedOperands(shape);
        const operands = { x: x!, y: channels!, z: rows!, w: one! };
        const sums = [...shape.slice(0, -1), 1];
        expectAsReference([sums, sums], (k, outputs) => {
          k.rowSums(
            operands,
            ({ x, y, z, w }) => ({
              outputs: [square(x.times(y).plus(z.times(w))), x.times(x)],
            }),
            { outputs },
          );
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
    expectRelative(valuesOf(tanh, numbers), numbers.map(Math.tanh));
    expectRelative(valuesOf(exp, numbers), numbers.map(Math.exp));
    expectRelative(
      valuesOf(exp, [-87, -50, 50, 88.5]),
      [-87, -50, 50, 88.5].map((value) => Math.exp(value)),
    );
    const positive = [1e-37, ...near, 1e10, 3e38].map(Math.fround);
    expectRelative(valuesOf(log, positive), positive.map(Math.log), 1);
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
    expectRelative(valuesOf(erf, rounded), [...table.values()]);
    expectRelative(
      valuesOf((x) => erf(subtract(0, x)), rounded),
      [...table.values()].map((value) => -value),
    );
  });

  test('limits and numbers that are none', () => {
    expect(valuesOf(exp, [-Infinity, -200, 0, 200, Infinity, NaN])).toEqual([
      0,
      expect.closeTo(0, 30),
      1,
      tolerance < 1e-6 && dtype === 'float64' ? Math.exp(200) : Infinity,
      Infinity,
      NaN,
    ]);
    expect(valuesOf(log, [0, -1, Infinity, NaN, 1])).toEqual([-Infinity, NaN, Infinity, NaN, 0]);
    expect(valuesOf(tanh, [-Infinity, 0, Infinity, NaN])).toEqual([-1, 0, 1, NaN]);
    expect(valuesOf(erf, [-Infinity, 0, Infinity, NaN])).toEqual([-1, 0, 1, NaN]);
    expect(valuesOf((x) => maximum(x, 0), [NaN, -1, 1])).toEqual([NaN, 0, 1]);
    expect(valuesOf((x) => selectGreater(x, 0, 1, 2), [NaN, -1, 0, 1])).toEqual([2, 2, 2, 1]);
  });

  test('operands may be missing, or lists; what is not looked at is not read', () => {
    const [output, all] = [Tensor.zeros([2]), Tensor.zeros([2])];
    const operands = {
      x: Tensor.from([1, 2]),
      beta: undefined as Tensor | undefined,
      others: [Tensor.from([10, 20]), Tensor.from([100, 200])],
      unread: Tensor.zeros([7, 7]),
    };
    kernels.elementwise(
      operands,
      ({ x, beta, others }) => ({ output: beta ? x.plus(beta) : x, all: math.sum([x, ...others]) }),
      { output, all },
    );
    expect([...output.data, ...all.data]).toEqual([1, 2, 111, 222]);
    operands.beta = Tensor.from([5, 5]);
    kernels.elementwise(operands, ({ x, beta }) => ({ output: beta ? x.plus(beta) : x }), {
      output,
    });
    expect([...output.data]).toEqual([6, 7]);
  });

  test('names are checked by their types', () => {
    const [x, output] = [Tensor.zeros([2]), Tensor.zeros([2])];
    const maybe = { x } as { x: Tensor | undefined };
    const wrong = (): void => {
      // @ts-expect-error - there is no result for the output
      kernels.elementwise({ x }, (of) => ({ result: of.x }), { output });
      // @ts-expect-error - an operand that may be missing
      kernels.elementwise(maybe, (of) => ({ output: of.x }), { output });
    };
    expect(wrong).toThrow();
    expectTypeOf<keyof Values<{ x: Tensor; list: Tensor[] }>>().toEqualTypeOf<'x' | 'list'>();
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
    const added = (x: Operand, y: Operand, outputs: Tensor[]) =>
      message(() => {
        kernels.elementwise({ x, y }, (of) => ({ outputs: [of.x.plus(of.y)] }), { outputs });
      });
    expect(added(of([2, 3]), of([3]), [of([2, 3])])).toBe(
      'elementwise operand "y": expected [2, 3] for [2, 3]; received [3]. Say by perChannel, perRow, perImageChannel or single how a smaller tensor is repeated.',
    );
    expect(added(of([2, 3]), perRow(of([2])), [of([2, 3])])).toContain(
      'operand "y" (one number per row): expected [2, 1] for [2, 3]; received [2].',
    );
    expect(added(of([2]), of([2]), [of([2]), of([2])])).toBe(
      'elementwise "outputs": expected as many results as outputs, 2; received 1.',
    );
    expect(
      message(() => {
        const output = of([2]);
        kernels.elementwise({ x: of([2]) }, ({ x }) => ({ output: x, ouput: x }), { output });
      }),
    ).toBe('elementwise: expected results for the outputs output; also received "ouput".');
    expect(
      message(() => {
        kernels.channelSums({ x: of([2, 3]) }, ({ x }) => ({ sum: x }), { sum: of([1, 3]) });
      }),
    ).toBe('channelSums: expected an output [3]; received [1, 3].');
    expect(
      message(() => {
        kernels.rowSums({ x: single(of([1])) }, ({ x }) => ({ sum: x }), { sum: of([1]) });
      }),
    ).toContain('expected an operand that is not repeated');
  });
});
