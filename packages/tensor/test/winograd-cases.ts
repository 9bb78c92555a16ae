/** Convolutions that are computed by tiles, and how near the definition they must come. */
import fc from 'fast-check';
import {
  RandomStreams,
  referenceKernels,
  Tensor,
  windowGeometry,
  type DType,
  type Kernels,
  type Shape,
} from '../src/index.ts';
import { expectWithin } from './implementations.ts';
import { relu } from './relu.ts';

/** Kernels that have tiles. */
export const rungs = ['simd', 'relaxed'] as const;
/** A quarter of the error that any kernel may have. */
const TOLERANCE = 2.5e-6;

/** A convolution, and what follows it in the same program. */
export interface Case {
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

/** What it is computed of. */
export interface Given {
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

/** Numbers of chance for a case. */
export const givenFor = ({ N, H, W, C, K }: Case): Given => ({
  x: randomTensor([N, H, W, C]),
  w: randomTensor([3, 3, C, K]),
  b: randomTensor([K]),
});

/** Records what a case computes. */
export function recorded(k: Kernels, c: Case, given: Given, dtype: DType = 'float32') {
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

/** The bits of a tensor. */
export const bytesOf = ({ data }: Tensor): Buffer =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** Records a case on some kernels and on the reference in float64, which must agree. */
export function expectNearDefinition(k: Kernels, c: Case): void {
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
export function expectGradientsNearDefinition(
  k: Kernels,
  { N, H, W, C, K, padding = 'valid' }: Case,
) {
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

/** Holds `numRuns` convolutions of any sizes to something. */
export function forAnySize(numRuns: number, check: (c: Case) => void): void {
  fc.assert(fc.property(cases, check), { numRuns });
}
