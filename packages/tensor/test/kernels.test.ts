/**
 * The one suite that every implementation of `Kernels` passes.
 *
 * Convolution is checked by its definition on small cases and by adjointness on random shapes:
 * it is linear in the input and in the kernel, so for any x, w and y
 * `⟨conv(x, w), y⟩ = ⟨x, inputGradient(y, w)⟩ = ⟨w, kernelGradient(x, y)⟩`.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  RandomStreams,
  Tensor,
  referenceKernels,
  windowGeometry,
  type DType,
  type FloatArray,
  type Kernels,
  type Shape,
  type WindowGeometry,
} from '../src/index.ts';

const implementations: Kernels[] = [referenceKernels];

const random = new RandomStreams(1).stream('kernels test');

function randomTensor(shape: Shape, dtype: DType = 'float64'): Tensor {
  const tensor = Tensor.zeros(shape, dtype);
  for (let i = 0; i < tensor.size; i++) tensor.data[i] = random.normal();
  return tensor;
}

function dot(a: Tensor, b: Tensor): number {
  let sum = 0;
  for (let i = 0; i < a.size; i++) sum += a.data[i]! * b.data[i]!;
  return sum;
}

function expectClose(actual: FloatArray, expected: FloatArray, tolerance = 1e-12): void {
  expect(actual.length).toBe(expected.length);
  const largest = Math.max(0, ...Array.from(expected, Math.abs));
  for (let i = 0; i < actual.length; i++) {
    if (!(Math.abs(actual[i]! - expected[i]!) <= tolerance * largest)) {
      expect.fail(`element ${i}: expected ${expected[i]}, received ${actual[i]}`);
    }
  }
}

/** Convolution straight from its definition: one output element at a time. */
function convolutionByDefinition(x: Tensor, w: Tensor, b: Tensor, g: WindowGeometry): Tensor {
  const [N, H, W, C] = x.shape as [number, number, number, number];
  const [R, S, , K] = w.shape as [number, number, number, number];
  const output = Tensor.zeros([N, g.outputHeight, g.outputWidth, K], 'float64');
  const at = (n: number, h: number, v: number, c: number) =>
    h < 0 || v < 0 || h >= H || v >= W ? 0 : x.data[((n * H + h) * W + v) * C + c]!;
  let index = 0;
  for (let n = 0; n < N; n++)
    for (let p = 0; p < g.outputHeight; p++)
      for (let q = 0; q < g.outputWidth; q++)
        for (let k = 0; k < K; k++) {
          let sum = b.data[k]!;
          for (let r = 0; r < R; r++)
            for (let s = 0; s < S; s++)
              for (let c = 0; c < C; c++) {
                const h = p * g.strideHeight + r * g.dilationHeight - g.padTop;
                const v = q * g.strideWidth + s * g.dilationWidth - g.padLeft;
                sum += at(n, h, v, c) * w.data[((r * S + s) * C + c) * K + k]!;
              }
          output.data[index++] = sum;
        }
  return output;
}

const convolutions = fc
  .record({
    N: fc.integer({ min: 1, max: 3 }),
    H: fc.integer({ min: 1, max: 9 }),
    W: fc.integer({ min: 1, max: 9 }),
    C: fc.integer({ min: 1, max: 5 }),
    K: fc.integer({ min: 1, max: 9 }),
    windowSize: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    dilationRate: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
    padding: fc.constantFrom('valid' as const, 'same' as const),
  })
  .filter(
    ({ H, W, windowSize: [R, S], dilationRate: [rows, columns], padding }) =>
      padding === 'same' || ((R - 1) * rows < H && (S - 1) * columns < W),
  );

describe.each(implementations)('$name kernels', (kernels) => {
  describe('matMul', () => {
    const a = Tensor.from([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const b = Tensor.from([
      [7, 8],
      [9, 10],
      [11, 12],
    ]);

    test('multiplies', () => {
      const output = Tensor.zeros([2, 2]);
      kernels.matMul({ a, b, output });
      expect([...output.data]).toEqual([58, 64, 139, 154]);
      kernels.matMul({ a, b, output, accumulate: true });
      expect([...output.data]).toEqual([116, 128, 278, 308]);
    });

    test('reads its factors transposed', () => {
      const output = Tensor.zeros([3, 3]);
      kernels.matMul({ a, b, output, transposeA: true, transposeB: true });
      expect([...output.data]).toEqual([39, 49, 59, 54, 68, 82, 69, 87, 105]);
    });

    test('transposed or not, the product is the same', () => {
      const size = fc.integer({ min: 1, max: 17 });
      fc.assert(
        fc.property(
          size,
          size,
          size,
          fc.boolean(),
          fc.boolean(),
          (M, L, N, transposeA, transposeB) => {
            const left = randomTensor(transposeA ? [L, M] : [M, L]);
            const right = randomTensor(transposeB ? [N, L] : [L, N]);
            const output = Tensor.zeros([M, N], 'float64');
            kernels.matMul({ a: left, b: right, output, transposeA, transposeB });
            const expected = Tensor.zeros([M, N], 'float64');
            for (let m = 0; m < M; m++)
              for (let n = 0; n < N; n++)
                for (let l = 0; l < L; l++) {
                  expected.data[m * N + n]! +=
                    left.data[transposeA ? l * M + m : m * L + l]! *
                    right.data[transposeB ? n * L + l : l * N + n]!;
                }
            expectClose(output.data, expected.data);
          },
        ),
      );
    });
  });

  test('addBias and biasGradient', () => {
    const x = Tensor.from([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const dBias = Tensor.from([100, 200]);
    kernels.biasGradient(x, dBias);
    expect([...dBias.data]).toEqual([109, 212]);
    kernels.addBias(x, Tensor.from([10, 20]));
    expect([...x.data]).toEqual([11, 22, 13, 24, 15, 26]);
  });

  describe('conv2d', () => {
    test('is the sum that defines it, bias included', () => {
      fc.assert(
        fc.property(convolutions, ({ N, H, W, C, K, ...options }) => {
          const geometry = windowGeometry([H, W, C], options, 'test');
          const x = randomTensor([N, H, W, C]);
          const w = randomTensor([...options.windowSize, C, K]);
          const b = randomTensor([K]);
          const output = randomTensor([N, geometry.outputHeight, geometry.outputWidth, K]);
          kernels.conv2d(x, w, b, output, geometry);
          expectClose(output.data, convolutionByDefinition(x, w, b, geometry).data);
        }),
      );
    });

    test('has gradients that are adjoint to it', () => {
      fc.assert(
        fc.property(convolutions, ({ N, H, W, C, K, ...options }) => {
          const geometry = windowGeometry([H, W, C], options, 'test');
          const x = randomTensor([N, H, W, C]);
          const w = randomTensor([...options.windowSize, C, K]);
          const y = randomTensor([N, geometry.outputHeight, geometry.outputWidth, K]);
          const output = Tensor.zeros(y.shape, 'float64');
          kernels.conv2d(x, w, null, output, geometry);
          const dInput = randomTensor(x.shape);
          kernels.conv2dInputGradient(y, w, dInput, geometry);
          const dKernel = Tensor.zeros(w.shape, 'float64');
          kernels.conv2dKernelGradient(x, y, dKernel, geometry);
          const expected = dot(output, y);
          expect(dot(x, dInput)).toBeCloseTo(expected, 9);
          expect(dot(w, dKernel)).toBeCloseTo(expected, 9);
          kernels.conv2dKernelGradient(x, y, dKernel, geometry);
          expect(dot(w, dKernel)).toBeCloseTo(2 * expected, 9); // it adds to what was there
        }),
      );
    });
  });

  describe('maxPool2d', () => {
    const geometry = windowGeometry(
      [3, 3, 1],
      { windowSize: [2, 2], strides: [1, 1], padding: 'valid' },
      'test',
    );

    test('takes the largest, of equal ones the first', () => {
      const input = Tensor.from([
        [
          [[1], [5], [5]],
          [[2], [5], [3]],
          [[-1], [-2], [-3]],
        ],
      ]);
      const output = Tensor.zeros([1, 2, 2, 1]);
      const positions = new Int32Array(4);
      kernels.maxPool2d(input, output, positions, geometry);
      expect([...output.data]).toEqual([5, 5, 5, 5]);
      expect([...positions]).toEqual([1, 1, 4, 4]);
      const dInput = Tensor.from([
        [
          [[9], [9], [9]],
          [[9], [9], [9]],
          [[9], [9], [9]],
        ],
      ]);
      kernels.maxPool2dGradient(
        Tensor.from([
          [
            [[1], [2]],
            [[3], [4]],
          ],
        ]),
        positions,
        dInput,
      );
      expect([...dInput.data]).toEqual([0, 3, 0, 0, 7, 0, 0, 0, 0]);
    });

    test('padding never wins, however small the inputs are', () => {
      const same = windowGeometry(
        [3, 3, 1],
        { windowSize: [2, 2], strides: [2, 2], padding: 'same' },
        'test',
      );
      const input = Tensor.zeros([1, 3, 3, 1]);
      input.data.fill(-5);
      const output = Tensor.zeros([1, 2, 2, 1]);
      kernels.maxPool2d(input, output, new Int32Array(4), same);
      expect([...output.data]).toEqual([-5, -5, -5, -5]);
    });
  });

  test('relu and its gradient', () => {
    const output = Tensor.zeros([4]);
    kernels.relu(Tensor.from([-1, 0, 2, NaN]), output);
    expect([...output.data]).toEqual([0, 0, 2, NaN]);
    const dInput = Tensor.zeros([3]);
    kernels.reluGradient(Tensor.from([0, 0, 2]), Tensor.from([5, 6, 7]), dInput);
    expect([...dInput.data]).toEqual([0, 0, 7]);
  });

  test('multiply and scale', () => {
    const output = Tensor.zeros([2]);
    kernels.multiply(Tensor.from([2, 3]), Tensor.from([5, 0]), output);
    expect([...output.data]).toEqual([10, 0]);
    kernels.scale(output, 0.5);
    expect([...output.data]).toEqual([5, 0]);
  });

  describe('softmax', () => {
    test('gives probabilities, however large the logits are', () => {
      const output = Tensor.zeros([2, 3], 'float64');
      kernels.softmax(
        Tensor.from(
          [
            [1000, 1000, 999],
            [-1e4, 0, 1e4],
          ],
          'float64',
        ),
        output,
      );
      const e = Math.exp(-1);
      expectClose(output.data, Float64Array.of(1 / (2 + e), 1 / (2 + e), e / (2 + e), 0, 0, 1));
    });

    test('cross-entropy agrees with its definition, and both forms with each other', () => {
      const logits = randomTensor([5, 7]);
      const labels = Int32Array.of(0, 6, 3, 3, 1);
      const targets = Tensor.zeros([5, 7], 'float64');
      labels.forEach((label, n) => (targets.data[n * 7 + label] = 1));
      const probabilities = Tensor.zeros([5, 7], 'float64');
      kernels.softmax(logits, probabilities);
      const expected = labels.reduce(
        (sum, label, n) => sum - Math.log(probabilities.data[n * 7 + label]!),
        0,
      );
      const sparse = Tensor.zeros([5, 7], 'float64');
      const dense = Tensor.zeros([5, 7], 'float64');
      expect(kernels.sparseSoftmaxCrossEntropy(logits, labels, sparse, 0.25)).toBeCloseTo(
        expected,
        12,
      );
      expect(kernels.softmaxCrossEntropy(logits, targets, dense, 0.25)).toBeCloseTo(expected, 12);
      const gradient = probabilities.data.map((p, i) => 0.25 * (p - targets.data[i]!));
      expectClose(sparse.data, gradient);
      expectClose(dense.data, gradient);
      expect(kernels.sparseSoftmaxCrossEntropy(logits, labels, null, 1)).toBeCloseTo(expected, 12);
    });

    test('the loss of a hopeless answer is large but finite', () => {
      const logits = Tensor.from([[0, 1e4]]);
      expect(kernels.sparseSoftmaxCrossEntropy(logits, Int32Array.of(0), null, 1)).toBe(1e4);
    });
  });

  test('argmaxRows and sumOfSquares', () => {
    const x = Tensor.from([
      [1, 3, 3],
      [-1, -2, -3],
    ]);
    const output = new Int32Array(2);
    kernels.argmaxRows(x, output);
    expect([...output]).toEqual([1, 0]);
    expect(kernels.sumOfSquares(x)).toBe(33);
  });

  describe('optimizer updates', () => {
    test('sgd without and with momentum', () => {
      const value = Tensor.from([1], 'float64');
      const gradient = Tensor.from([2], 'float64');
      kernels.sgdUpdate({ value, gradient, learningRate: 0.1, momentum: 0 });
      expect(value.data[0]).toBeCloseTo(0.8, 12);
      const velocity = Tensor.zeros([1], 'float64');
      kernels.sgdUpdate({ value, gradient, velocity, learningRate: 0.1, momentum: 0.9 });
      kernels.sgdUpdate({ value, gradient, velocity, learningRate: 0.1, momentum: 0.9 });
      expect(velocity.data[0]).toBeCloseTo(-0.38, 12);
      expect(value.data[0]).toBeCloseTo(0.8 - 0.2 - 0.38, 12);
    });

    test('the first step of adam is the learning rate, whatever the gradient', () => {
      const value = Tensor.from([1, 1], 'float64');
      kernels.adamUpdate({
        value,
        gradient: Tensor.from([1e-3, -50], 'float64'),
        firstMoment: Tensor.zeros([2], 'float64'),
        secondMoment: Tensor.zeros([2], 'float64'),
        learningRate: 0.01,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 0,
        step: 1,
      });
      expectClose(value.data, Float64Array.of(0.99, 1.01));
    });
  });
});
