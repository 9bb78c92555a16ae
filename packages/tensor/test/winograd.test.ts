/**
 * Convolutions by tiles: near the definition whatever the sizes, the same bits however samples and
 * filters are divided, and never of a kernel that was.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createKernels,
  RandomStreams,
  referenceKernels,
  Tensor,
  windowGeometry,
  type DType,
  type Kernels,
  type Shape,
} from '../src/index.ts';
import { Engine } from '../src/wasm/run/engine.ts';
import { trainingKernels } from '../src/wasm/training-kernels.ts';
import { expectWithin } from './implementations.ts';
import { relu } from './relu.ts';

const rungs = ['simd', 'relaxed'] as const;
/** A quarter of the error that any kernel may have. */
const TOLERANCE = 2.5e-6;

/** A convolution, and what follows it in the same program. */
interface Case {
  readonly N: number;
  readonly H: number;
  readonly W: number;
  readonly C: number;
  readonly K: number;
  readonly padding?: 'valid' | 'same';
  readonly hasBias?: boolean;
  readonly hasRelu?: boolean;
  readonly hasPooling?: boolean;
}

interface Given {
  readonly x: Tensor;
  readonly w: Tensor;
  readonly b: Tensor;
}

const random = new RandomStreams(1).stream('winograd test');

function randomTensor(shape: Shape): Tensor {
  const tensor = Tensor.zeros(shape);
  for (let i = 0; i < tensor.size; i++) tensor.data[i] = random.normal();
  return tensor;
}

const givenFor = ({ N, H, W, C, K }: Case): Given => ({
  x: randomTensor([N, H, W, C]),
  w: randomTensor([3, 3, C, K]),
  b: randomTensor([K]),
});

/** Records what a case computes. */
function recorded(k: Kernels, c: Case, given: Given, dtype: DType = 'float32') {
  const own = (tensor: Tensor): Tensor => {
    const copy = k.createTensor(tensor.shape, dtype);
    copy.data.set(tensor.data);
    return copy;
  };
  const { N, H, W, C, K, padding = 'valid' } = c;
  const g = windowGeometry([H, W, C], { windowSize: [3, 3], strides: [1, 1], padding }, 'test');
  const [x, w, b] = [own(given.x), own(given.w), own(given.b)];
  const shape = [N, g.outputHeight, g.outputWidth, K];
  const [y, rectified] = [k.createTensor(shape, dtype), k.createTensor(shape, dtype)];
  const unpooled = c.hasRelu ? rectified : y;
  const pooling = windowGeometry(
    shape.slice(1),
    { windowSize: [2, 2], strides: [2, 2], padding: 'valid' },
    'test',
  );
  const pooled = k.createTensor([N, pooling.outputHeight, pooling.outputWidth, K], dtype);
  const positions = k.createIndices(pooled.size);
  const program = k.record(() => {
    k.conv2d(x, w, c.hasBias ? b : null, y, g);
    if (c.hasRelu) relu(k, y, rectified);
    if (c.hasPooling) k.maxPool2d(unpooled, pooled, positions, pooling);
  });
  const result = c.hasPooling ? pooled : unpooled;
  const run = (): Tensor => {
    result.data.fill(NaN);
    program.run();
    return result;
  };
  return { run, program, x, w, result, unpooled, positions };
}

const bytesOf = ({ data }: Tensor): Buffer =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** Records a case on some kernels and on the reference in float64, which must agree. */
function expectNearDefinition(k: Kernels, c: Case): void {
  const given = givenFor(c);
  const exact = recorded(referenceKernels, c, given, 'float64');
  const fast = recorded(k, c, given);
  expectWithin(TOLERANCE, fast.run().data, exact.run().data);
  if (!c.hasPooling) return;
  // Each winner is one, by value: of nearly equal numbers another may be.
  const atWinners = Float64Array.from(fast.positions, (at) => exact.unpooled.data[at]!);
  expectWithin(TOLERANCE, atWinners, exact.result.data);
  fast.program.release();
}

const cases: fc.Arbitrary<Case> = fc.record({
  N: fc.integer({ min: 1, max: 11 }),
  H: fc.integer({ min: 6, max: 17 }),
  W: fc.integer({ min: 6, max: 17 }),
  C: fc.integer({ min: 8, max: 24 }),
  K: fc.integer({ min: 8, max: 24 }),
  padding: fc.constantFrom('valid', 'same'),
  hasBias: fc.boolean(),
  hasRelu: fc.boolean(),
  hasPooling: fc.boolean(),
});

/** Computes both gradients of a case, not in a program, and holds them to the reference in float64. */
function expectGradientsNearDefinition(k: Kernels, { N, H, W, C, K, padding = 'valid' }: Case) {
  const g = windowGeometry([H, W, C], { windowSize: [3, 3], strides: [1, 1], padding }, 'test');
  const shapes = [
    [N, g.outputHeight, g.outputWidth, K],
    [3, 3, C, K],
    [N, H, W, C],
  ];
  const given = shapes.map(randomTensor);
  const [exact, fast] = (
    [
      [referenceKernels, 'float64'],
      [k, 'float32'],
    ] as const
  ).map(([kernels, dtype]) => {
    const make = (tensor: Tensor): Tensor => {
      const own = kernels.createTensor(tensor.shape, dtype);
      own.data.set(tensor.data);
      return own;
    };
    const [dOutput, w, x] = given.map(make) as [Tensor, Tensor, Tensor];
    const dInput = kernels.createTensor(x.shape, dtype);
    const dKernel = kernels.createTensor(w.shape, dtype);
    kernels.conv2dInputGradient(dOutput, w, dInput, g);
    kernels.conv2dKernelGradient(dOutput, x, dKernel, g);
    return { dInput, dKernel };
  });
  expectWithin(TOLERANCE, fast!.dInput.data, exact!.dInput.data);
  expectWithin(TOLERANCE, fast!.dKernel.data, exact!.dKernel.data);
}

describe.each(rungs)('%s', (rung) => {
  const kernels = createKernels(rung, { threads: 3 });

  test('any sizes: near the definition', () => {
    fc.assert(
      fc.property(cases, (c) => {
        expectNearDefinition(kernels, c);
      }),
      { numRuns: 60 },
    );
  });

  test('gradients of any sizes: near the definition', () => {
    fc.assert(
      fc.property(cases, (c) => {
        expectGradientsNearDefinition(kernels, c);
      }),
      { numRuns: 30 },
    );
  });

  test.each<Case>([
    { N: 1, H: 10, W: 150, C: 24, K: 9, padding: 'same' },
    { N: 1, H: 75, W: 9, C: 31, K: 12, hasPooling: true },
    { N: 2, H: 14, W: 15, C: 130, K: 10, hasRelu: true, hasPooling: true },
    { N: 1, H: 6, W: 6, C: 600, K: 8 },
    { N: 9, H: 6, W: 7, C: 8, K: 70, hasBias: true },
  ])('tiles in several blocks, and many channels: %j', (c) => {
    expectNearDefinition(kernels, c);
    expectGradientsNearDefinition(kernels, c);
  });

  test.each([1, 3, 9, 40])('threads change no bit of %i samples', (N) => {
    const c: Case = { N, H: 13, W: 13, C: 9, K: 17, hasRelu: true, hasPooling: N > 1 };
    const given = givenFor(c);
    const alone = recorded(createKernels(rung, { threads: 1 }), c, given);
    alone.run();
    for (const threads of [2, 4, 8]) {
      const shared = recorded(trainingKernels(new Engine(rung, threads)), c, given);
      expect(bytesOf(shared.run()).equals(bytesOf(alone.result))).toBe(true);
    }
  });

  test('a sample has the same bits in any batch, and in no program', () => {
    const c: Case = { N: 9, H: 13, W: 11, C: 9, K: 17 };
    const given = givenFor(c);
    const together = recorded(kernels, c, given).run();
    const size = together.size / c.N;
    for (let n = 0; n < c.N; n++) {
      const { x } = given;
      const one = x.data.slice((n * x.size) / c.N, ((n + 1) * x.size) / c.N);
      const of = { ...given, x: new Tensor(one, [1, ...x.shape.slice(1)]) };
      const expected = bytesOf(new Tensor(together.data.slice(n * size, (n + 1) * size), [size]));
      expect(bytesOf(recorded(kernels, { ...c, N: 1 }, of).run()).equals(expected)).toBe(true);
    }
  });

  test('a kernel that changes is transformed again, whoever used that memory in between', () => {
    const c: Case = { N: 2, H: 8, W: 8, C: 8, K: 8 };
    const [first, second] = [givenFor(c), givenFor(c)];
    const expected = [first, second].map(({ w }) =>
      bytesOf(recorded(createKernels(rung, { threads: 1 }), c, { ...first, w }).run()),
    );
    const one = recorded(kernels, c, first);
    const other = recorded(kernels, c, { ...first, w: second.w });
    const expectRuns = (program: typeof one, which: number): void => {
      expect(bytesOf(program.run()).equals(expected[which]!)).toBe(true);
    };
    expectRuns(one, 0);
    expectRuns(one, 0);
    expectRuns(other, 1);
    expectRuns(one, 0);
    one.w.data.set(second.w.data);
    expectRuns(one, 1);
    one.w.data[3] = first.w.data[3]!;
    one.w.data.set(first.w.data);
    expectRuns(one, 0);
  });

  test('what is not finite stays within its tiles', () => {
    const c: Case = { N: 3, H: 14, W: 14, C: 8, K: 8 };
    const given = givenFor(c);
    given.x.data[14 * 14 * 8] = NaN; // the first input of the second sample
    const { data } = recorded(kernels, c, given).run();
    for (const [i, value] of data.entries()) {
      const [p, q] = [Math.floor(i / 8 / 12) % 12, Math.floor(i / 8) % 12];
      const isSecond = Math.floor(i / 8 / 144) === 1;
      if (isSecond && p < 3 && q < 3) expect(p + q > 0 || Number.isNaN(value)).toBe(true);
      if (!isSecond || p > 3 || q > 3) expect(value).not.toBeNaN();
    }
  });

  test('direct arithmetic gives the sums of the definition', () => {
    const c: Case = { N: 2, H: 9, W: 9, C: 8, K: 8 };
    const given = givenFor(c);
    for (const { data } of [given.x, given.w]) {
      for (let i = 0; i < data.length; i++) data[i] = Math.round(4 * data[i]!);
    }
    const exact = recorded(referenceKernels, c, given, 'float64').run();
    const direct = createKernels(rung, { threads: 2, arithmetic: 'direct' });
    expect([...recorded(direct, c, given).run().data]).toEqual([...exact.data]);
  });
});
