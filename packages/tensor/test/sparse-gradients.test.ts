/**
 * Gradients of a convolution whose output is pooled, in one program: the kernels then leave zeros
 * out. They give what the reference gives, whatever the shapes.
 */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  createKernels,
  RandomStreams,
  referenceKernels,
  Tensor,
  windowGeometry,
  type FloatArray,
  type Kernels,
  type Padding,
  type Shape,
} from '../src/index.ts';
import { AWAKE } from '../src/wasm/run/control-words.ts';
import { Engine } from '../src/wasm/run/engine.ts';
import type { Work } from '../src/wasm/run/work.ts';
import { trainingKernels } from '../src/wasm/training-kernels.ts';
import { expectWithin } from './implementations.ts';
import { relu, reluGradient } from './relu.ts';

type Pair = readonly [number, number];

const orders = ['relu first', 'pooling first', 'no relu'] as const;

/** A convolution, a ReLU and a max pooling. */
interface Case {
  readonly input: Shape;
  readonly filters: number;
  readonly kernel?: Pair;
  readonly strides?: Pair;
  readonly dilation?: Pair;
  readonly padding?: Padding;
  readonly pool?: Pair;
  readonly poolStrides?: Pair;
  readonly groups?: number;
  readonly order?: (typeof orders)[number];
  /** Adds the gradients of weights to ones, instead of to zeros that are cleared before. */
  readonly adds?: boolean;
}

/** What the backward pass is given. */
interface Given {
  readonly x: Tensor;
  readonly w: Tensor;
  readonly b: Tensor;
  readonly dPooled: Tensor;
}

function geometriesOf(c: Case) {
  const { kernel = [3, 3], strides = [1, 1], dilation = [1, 1], padding = 'valid' } = c;
  const { pool = [2, 2], poolStrides = pool } = c;
  const conv = windowGeometry(
    c.input.slice(1),
    { windowSize: kernel, strides, dilationRate: dilation, padding },
    '',
  );
  const shape = [conv.outputHeight, conv.outputWidth, c.filters];
  const pooling = windowGeometry(
    shape,
    { windowSize: pool, strides: poolStrides, padding: 'valid' },
    '',
  );
  return { conv, pooling };
}

function shapesOf(c: Case) {
  const [N, , , C] = c.input as [number, number, number, number];
  const { conv, pooling } = geometriesOf(c);
  return {
    w: [conv.windowHeight, conv.windowWidth, C / (c.groups ?? 1), c.filters],
    y: [N, conv.outputHeight, conv.outputWidth, c.filters],
    pooled: [N, pooling.outputHeight, pooling.outputWidth, c.filters],
  };
}

/** Of few values, so that there are ties. */
const halves = (value: number): number => Math.round(2 * value) / 2;

/** Numbers for a case. */
function givenFor(c: Case, seed = 1, rounded = halves): Given {
  const random = new RandomStreams(seed).stream('sparse gradients test');
  const made = (shape: Shape, value: () => number): Tensor => {
    const tensor = Tensor.zeros(shape);
    for (let i = 0; i < tensor.size; i++) tensor.data[i] = value();
    return tensor;
  };
  const shapes = shapesOf(c);
  return {
    x: made(c.input, () => rounded(random.normal())),
    w: made(shapes.w, () => rounded(random.normal())),
    b: made([c.filters], () => rounded(random.normal())),
    dPooled: made(shapes.pooled, () => random.normal()),
  };
}

/** The layers' tensors in a pass, which another step of it may read. */
interface Tensors {
  readonly dPositive: Tensor;
  readonly dY: Tensor;
}

/** Records a pass forward and back, and one more step. */
function pass(k: Kernels, c: Case, given: Given, step?: (tensors: Tensors) => void) {
  const made: Tensor[] = [];
  const make = (shape: Shape): Tensor => {
    const tensor = k.createTensor(shape, 'float32');
    made.push(tensor);
    return tensor;
  };
  const own = (tensor: Tensor): Tensor => {
    const copy = make(tensor.shape);
    copy.data.set(tensor.data);
    return copy;
  };
  const { conv, pooling } = geometriesOf(c);
  const shapes = shapesOf(c);
  const [x, w, b, dPooled] = [own(given.x), own(given.w), own(given.b), own(given.dPooled)];
  const [y, positive, dPositive, dY] = [0, 1, 2, 3].map(() => make(shapes.y)) as Four;
  const [pooled, positivePooled, dAfter] = [0, 1, 2].map(() => make(shapes.pooled)) as Three;
  const positions = k.createIndices(pooled.size);
  const [dX, dW, dB] = [make(c.input), make(shapes.w), make([c.filters])];
  const { order = 'relu first', adds = false } = c;
  for (const gradient of [dW, dB]) gradient.data.fill(1);
  const program = k.record(() => {
    k.conv2d(x, w, b, y, conv);
    if (order === 'relu first') relu(k, y, positive);
    k.maxPool2d(order === 'relu first' ? positive : y, pooled, positions, pooling);
    if (order === 'pooling first') {
      relu(k, pooled, positivePooled);
      reluGradient(k, positivePooled, dPooled, dAfter);
    }
    const dLast = order === 'pooling first' ? dAfter : dPooled;
    k.maxPool2dGradient(dLast, positions, order === 'relu first' ? dPositive : dY, pooling);
    if (order === 'relu first') reluGradient(k, positive, dPositive, dY);
    if (!adds) for (const gradient of [dW, dB]) k.clear(gradient);
    k.conv2dKernelGradient(dY, x, dW, conv);
    k.biasGradient(dY, dB);
    k.conv2dInputGradient(dY, w, dX, conv);
    step?.({ dPositive, dY });
  });
  return { program, dX, dW, dB, dPositive, dY, made };
}

type Three = [Tensor, Tensor, Tensor];
type Four = [Tensor, Tensor, Tensor, Tensor];

const bytesOf = ({ buffer, byteOffset, byteLength }: FloatArray): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Whether each recorded program since the last time had its zeros left out. */
const areSparse: boolean[] = [];
vi.mock('../src/wasm/run/zeros.ts', async (original) => {
  const { withZerosLeftOut } = await original<typeof import('../src/wasm/run/zeros.ts')>();
  return {
    withZerosLeftOut: (recorded: readonly Work[]) => {
      const works = withZerosLeftOut(recorded);
      if (recorded.length > 1)
        areSparse.push(works.every(({ name }) => name !== 'maxPool2dGradient'));
      return works;
    },
  };
});

const rungs = ['simd', 'relaxed'] as const;
type Rung = (typeof rungs)[number];
const kernelsOfAll = (arithmetic: 'direct' | 'fast') =>
  Object.fromEntries(
    rungs.map((rung) => [rung, createKernels(rung, { threads: 2, arithmetic })]),
  ) as Record<Rung, Kernels>;
/** Of equal numbers, tiles find others than the first. */
const exactlyTied = kernelsOfAll('direct');
const byTiles = kernelsOfAll('fast');

/** Runs a case on a rung and on the reference, which must agree; gives whether it was sparse. */
function expectAsReference(rung: Rung, c: Case, given: Given, allKernels = exactlyTied): boolean {
  areSparse.length = 0;
  const [actual, expected] = [allKernels[rung], referenceKernels].map((k) => pass(k, c, given));
  for (const { program } of [actual!, expected!]) program.run();
  for (const name of gradients) {
    expectSame(actual![name].data, expected![name].data);
  }
  actual!.program.release();
  allKernels[rung].release(actual!.made);
  return areSparse.some(Boolean);
}

const gradients = ['dX', 'dW', 'dB'] as const;

/** As `expectWithin`, but what is not finite must be the same. */
function expectSame(actual: FloatArray, expected: FloatArray): void {
  const isFinite = Array.from(expected, Number.isFinite);
  const special = (array: FloatArray): number[] => Array.from(array).filter((_, i) => !isFinite[i]);
  expect(special(actual)).toEqual(special(expected));
  const finite = (array: FloatArray): FloatArray => array.filter((_, i) => isFinite[i]);
  expectWithin(1e-5, finite(actual), finite(expected));
}

const sparse: readonly Case[] = [
  { input: [1, 4, 4, 1], filters: 1 },
  { input: [3, 12, 13, 8], filters: 16 },
  { input: [5, 28, 28, 1], filters: 32 },
  { input: [9, 13, 13, 32], filters: 64 },
  { input: [130, 9, 8, 2], filters: 3 },
  { input: [2, 11, 7, 70], filters: 7, padding: 'same' },
  { input: [2, 9, 9, 7], filters: 70, padding: 'same' },
  { input: [4, 28, 28, 1], filters: 6, kernel: [5, 5], padding: 'same' },
  { input: [4, 14, 14, 6], filters: 16, kernel: [5, 5] },
  { input: [3, 13, 11, 5], filters: 9, kernel: [1, 1] },
  { input: [3, 13, 11, 3], filters: 5, kernel: [2, 3], pool: [3, 3] },
  { input: [3, 14, 15, 3], filters: 5, pool: [2, 3], poolStrides: [3, 4] },
  { input: [3, 17, 19, 4], filters: 6, strides: [2, 1] },
  { input: [3, 17, 19, 4], filters: 6, strides: [1, 3], padding: 'same' },
  { input: [3, 14, 12, 3], filters: 4, dilation: [2, 1] },
  { input: [3, 14, 12, 3], filters: 4, kernel: [3, 1], dilation: [1, 2] },
  { input: [9, 14, 12, 3], filters: 6, adds: true },
  // Many bands of windows.
  { input: [2, 60, 58, 3], filters: 40 },
  { input: [2, 40, 400, 1], filters: 30, kernel: [3, 3] },
  ...(['pooling first', 'no relu'] as const).map((order) => ({
    input: [3, 12, 13, 8],
    filters: 16,
    order,
  })),
];

const dense: readonly Case[] = [
  { input: [3, 12, 12, 4], filters: 6, groups: 2 },
  { input: [3, 12, 12, 4], filters: 6, poolStrides: [1, 1] },
  { input: [3, 12, 12, 4], filters: 6, pool: [1, 2] },
  { input: [3, 14, 12, 3], filters: 4, dilation: [1, 2] },
  { input: [1, 5, 5, 2], filters: 513, kernel: [1, 1] },
];

describe.each(rungs)('%s', (rung) => {
  test.each(sparse)('leaves zeros out: %j', (c) => {
    expect(expectAsReference(rung, c, givenFor(c))).toBe(true);
  });

  test.each<Case>([
    { input: [3, 12, 13, 8], filters: 16 },
    { input: [9, 13, 13, 32], filters: 64 },
    { input: [2, 11, 9, 33], filters: 9, padding: 'same', order: 'pooling first' },
    { input: [1, 12, 12, 8], filters: 8, order: 'no relu' },
  ])('leaves zeros out behind a convolution by tiles: %j', (c) => {
    const given = givenFor(c, 1, (value) => value);
    expect(expectAsReference(rung, c, given, byTiles)).toBe(true);
  });

  test.each(dense)('computes as without pooling: %j', (c) => {
    expect(expectAsReference(rung, c, givenFor(c))).toBe(false);
  });

  test('agrees with the reference in any shape', () => {
    const size = (max: number, min = 1) => fc.integer({ min, max });
    const pair = (max: number) => fc.tuple(size(max), size(max));
    const cases = fc.record({
      input: fc.tuple(size(10), size(20, 10), size(20, 10), size(12)),
      filters: size(20),
      kernel: pair(4),
      strides: pair(2),
      padding: fc.constantFrom<Padding>('valid', 'same'),
      pool: pair(3),
      order: fc.constantFrom(...orders),
    });
    fc.assert(
      fc.property(cases, size(1000), (c, seed) => {
        expectAsReference(rung, c, givenFor(c, seed));
      }),
      { numRuns: 60 },
    );
  });

  test('of equal inputs of a window, the first gets the gradient', () => {
    const c: Case = { input: [2, 6, 6, 1], filters: 4 };
    const given = givenFor(c);
    given.x.data.fill(1);
    expect(expectAsReference(rung, c, given)).toBe(true);
  });

  test('gradients that are all zero give zeros', () => {
    const c: Case = { input: [9, 13, 13, 3], filters: 5 };
    const given = givenFor(c);
    given.dPooled.data.fill(0);
    expect(expectAsReference(rung, c, given)).toBe(true);
  });

  test.each(orders)('what is not finite goes where it goes in the reference: %s', (order) => {
    const c: Case = { input: [9, 12, 12, 3], filters: 5, order };
    const given = givenFor(c);
    for (const [i, value] of [NaN, Infinity, -Infinity, 3e38].entries())
      given.dPooled.data[i * 131] = value;
    // One filter sees nothing but NaN.
    given.b.data[2] = NaN;
    expect(expectAsReference(rung, c, given)).toBe(true);
  });

  test.each([1, 9, 40])('threads change no bit of %i samples', async (samples) => {
    const c: Case = { input: [samples, 13, 13, 9], filters: 17 };
    const given = givenFor(c);
    const alone = pass(createKernels(rung, { threads: 1 }), c, given);
    alone.program.run();
    for (const count of [2, 4]) {
      const engine = new Engine(rung, count);
      const shared = pass(trainingKernels(engine), c, given);
      const words = new Int32Array(engine.memory.memory.buffer, engine.threads.control);
      // On a busy machine helpers are seldom there: once has to do, then.
      const patience = performance.now() + 20_000;
      let together = 0;
      while (together < (performance.now() < patience ? 3 : 1)) {
        for (let i = 0; i < 20; i++) shared.program.run();
        if (Atomics.load(words, AWAKE / 4) !== 0) together += 1;
        for (const name of gradients) shared[name].data.fill(NaN);
        shared.program.run();
        for (const name of gradients)
          expect(bytesOf(shared[name].data).equals(bytesOf(alone[name].data))).toBe(true);
        if (together === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
  });

  test('a sample has the same bits in any batch', () => {
    const c: Case = { input: [9, 13, 13, 9], filters: 17 };
    const given = givenFor(c);
    const k = createKernels(rung, { threads: 1 });
    const together = pass(k, c, given);
    together.program.run();
    for (let n = 0; n < 9; n++) {
      const ofOne = (tensor: Tensor): Tensor => {
        const size = tensor.size / 9;
        const data = tensor.data.slice(n * size, (n + 1) * size);
        return new Tensor(data, [1, ...tensor.shape.slice(1)]);
      };
      const [x, dPooled] = [ofOne(given.x), ofOne(given.dPooled)];
      const one = pass(k, { ...c, input: x.shape }, { ...given, x, dPooled });
      one.program.run();
      expect(bytesOf(one.dX.data)).toEqual(bytesOf(ofOne(together.dX).data));
    }
  });
});

test('a gradient that someone else reads is written, zeros and all', () => {
  const c: Case = { input: [2, 8, 8, 2], filters: 3 };
  const given = givenFor(c);
  const k = exactlyTied.simd;
  for (const [i, name] of (['dPositive', 'dY'] as const).entries()) {
    areSparse.length = 0;
    const copy = k.createTensor(shapesOf(c).y, 'float32');
    const actual = pass(k, c, given, (tensors) => {
      k.elementwise({ d: tensors[name] }, ({ d }) => ({ copy: d.times(1) }), { copy });
    });
    actual.program.run();
    const expected = pass(referenceKernels, c, given);
    expected.program.run();
    expect(copy.data).toEqual(expected[name].data);
    expect(areSparse, `${i}`).toEqual([false]);
  }
});
