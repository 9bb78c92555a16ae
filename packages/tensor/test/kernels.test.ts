/**
 * The one suite that every implementation of `Kernels` passes.
 *
 * Convolution is checked by its definition, and its gradients by adjointness, on random shapes:
 * it is linear in the input and in the kernel, so for any x, w and y
 * `⟨conv(x, w), y⟩ = ⟨x, inputGradient(y, w)⟩ = ⟨w, kernelGradient(x, y)⟩`.
 * Then every implementation is compared with the reference in float64:
 * max|a − b| ≤ 1e-5 · max|reference|.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createKernels,
  RandomStreams,
  Tensor,
  referenceKernels,
  windowGeometry,
  type FloatArray,
  type Kernels,
  type WindowGeometry,
} from '../src/index.ts';
import {
  expectSame,
  expectWithin,
  implementations,
  inOwnMemory,
  randomTensor,
} from './implementations.ts';
import { relu, reluGradient } from './relu.ts';

/** Inner product, and the sum of what it adds up, taken absolutely. */
function dot(a: Tensor, b: Tensor): { sum: number; size: number } {
  let sum = 0;
  let size = 0;
  for (let i = 0; i < a.size; i++) {
    sum += a.data[i]! * b.data[i]!;
    size += Math.abs(a.data[i]! * b.data[i]!);
  }
  return { sum, size };
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

describe.each(implementations)('$title', ({ kernels: implementation, dtype, tolerance }) => {
  const kernels = inOwnMemory(implementation, dtype);
  const expectClose = (actual: FloatArray, expected: FloatArray) => {
    expectWithin(tolerance, actual, expected);
  };
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

  test('a large sum over samples overwrites or adds, as it is told', () => {
    const [a, b] = [randomTensor([37, 3]), randomTensor([37, 4100])];
    const expected = Tensor.zeros([3, 4100], 'float64');
    referenceKernels.matMul({ a, b, output: expected, transposeA: true });
    const output = randomTensor([3, 4100]);
    kernels.matMul({ a, b, output, transposeA: true });
    expectClose(output.data, expected.data);
    kernels.matMul({ a, b, output, transposeA: true, accumulate: true });
    expectClose(
      output.data,
      expected.data.map((value) => 2 * value),
    );
  });

  test('a bias and its gradient', () => {
    const x = Tensor.from([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const dBias = Tensor.from([100, 200]);
    kernels.biasGradient(x, dBias);
    expect([...dBias.data]).toEqual([109, 212]);
    const output = Tensor.zeros([3, 2]);
    const bias = Tensor.from([10, 20]);
    for (const [b, transposeB] of [
      [
        Tensor.from([
          [1, 0],
          [1, 1],
        ]),
        false,
      ],
      [
        Tensor.from([
          [1, 1],
          [0, 1],
        ]),
        true,
      ],
    ] as const) {
      kernels.matMul({ a: x, b, bias, output, transposeB });
      expect([...output.data]).toEqual([13, 22, 17, 24, 21, 26]);
    }
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
          kernels.conv2dKernelGradient(y, x, dKernel, geometry);
          const expected = dot(output, y);
          const expectAdjoint = (actual: { sum: number }, factor = 1) => {
            const error = Math.abs(actual.sum - factor * expected.sum);
            expect(error).toBeLessThanOrEqual(10 * tolerance * expected.size + 1e-30);
          };
          expectAdjoint(dot(x, dInput));
          expectAdjoint(dot(w, dKernel));
          kernels.conv2dKernelGradient(y, x, dKernel, geometry);
          expectAdjoint(dot(w, dKernel), 2); // it adds to what was there
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
        geometry,
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
    relu(kernels, Tensor.from([-1, 0, 2, NaN]), output);
    expect([...output.data]).toEqual([0, 0, 2, NaN]);
    const dInput = Tensor.zeros([3]);
    reluGradient(kernels, Tensor.from([0, 0, 2]), Tensor.from([5, 6, 7]), dInput);
    expect([...dInput.data]).toEqual([0, 0, 7]);
  });

  test('dropoutMask keeps the share that is asked for, and draws anew', () => {
    const stream = new RandomStreams(3).stream('masks');
    const masks = [0.5, 0.1, 0.5].map((rate) => {
      const mask = Tensor.zeros([10, 1001]);
      kernels.dropoutMask(mask, rate, stream);
      const kept = mask.data.filter((value) => value !== 0);
      expect(new Set(kept)).toEqual(new Set([Math.fround(1 / (1 - rate))]));
      // Five standard deviations of a binomial distribution.
      const deviation = 5 * Math.sqrt(rate * (1 - rate) * mask.size);
      expect(Math.abs(kept.length - (1 - rate) * mask.size)).toBeLessThan(deviation);
      return mask.data;
    });
    const same = masks[0]!.filter((value, i) => value === masks[2]![i]).length;
    expect(Math.abs(same - 5005)).toBeLessThan(250);
    const again = Tensor.zeros([10, 1001]);
    referenceKernels.dropoutMask(again, 0.5, new RandomStreams(3).stream('masks'));
    expect(masks[0]).toEqual(again.data);
  });

  test('lookUp', () => {
    const table = Tensor.zeros([256]);
    table.data.forEach((_, i) => (table.data[i] = i * i));
    for (const size of [1, 3, 4, 11]) {
      const bytes = Uint8Array.from({ length: size }, (_, i) => 255 - 20 * i);
      const output = Tensor.zeros([size]);
      kernels.lookUp(bytes, table, output);
      expect([...output.data]).toEqual([...bytes].map((byte) => byte * byte));
    }
  });

  test.each([2, 3, 4, 5])('lookUp with a table for each of %d channels', (C) => {
    const table = Tensor.zeros([256 * C]);
    table.data.forEach((_, i) => (table.data[i] = i * i));
    for (const places of [1, 2, 3, 7]) {
      const bytes = Uint8Array.from({ length: places * C }, (_, i) => 255 - 7 * i);
      const output = Tensor.zeros([1, places, C]);
      kernels.lookUp(bytes, table, output);
      const expected = Array.from(bytes, (byte, i) => (256 * (i % C) + byte) ** 2);
      expect([...output.data]).toEqual(expected);
    }
  });

  test('concatenate lays the last axes side by side, and split undoes it', () => {
    const channels = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    const axes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(axes, channels, (shape, lengths) => {
        const values = lengths.map((C, part) => {
          const tensor = Tensor.zeros([...shape, C]);
          tensor.data.forEach((_, i) => (tensor.data[i] = 1000 * part + i));
          return tensor;
        });
        const total = lengths.reduce((sum, C) => sum + C, 0);
        const output = Tensor.zeros([...shape, total]);
        kernels.concatenate(values, output);
        const rows = shape.reduce((product, length) => product * length, 1);
        const expected = Array.from({ length: rows }, (_, row) =>
          values.map(({ data }, i) => [
            ...data.subarray(row * lengths[i]!, (row + 1) * lengths[i]!),
          ]),
        );
        expect([...output.data]).toEqual(expected.flat(2));
        const apart = values.map((tensor) => Tensor.zeros(tensor.shape));
        kernels.split(output, apart);
        expect(apart.map(({ data }) => [...data])).toEqual(values.map(({ data }) => [...data]));
      }),
    );
  });

  test('custom computes in TypeScript', () => {
    const [x, y] = [Tensor.from([2, 3]), Tensor.zeros([2])];
    implementation.custom('square', [x, y], () => {
      x.data.forEach((value, i) => (y.data[i] = value * value));
    });
    expect([...y.data]).toEqual([4, 9]);
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
      const expected = Float64Array.from(
        labels,
        (label, n) => -Math.log(probabilities.data[n * 7 + label]!),
      );
      const gradient = probabilities.data.map((p, i) => 0.25 * (p - targets.data[i]!));
      for (const form of [labels, targets]) {
        const losses = Tensor.zeros([5], 'float64');
        const dLogits = Tensor.zeros([5, 7], 'float64');
        kernels.softmaxCrossEntropy(logits, form, losses, dLogits, 0.25);
        expectClose(losses.data, expected);
        expectClose(dLogits.data, gradient);
        losses.data.fill(0);
        kernels.softmaxCrossEntropy(logits, form, losses, null, 1);
        expectClose(losses.data, expected);
      }
    });

    test('a class that cannot be, of logit −∞, does not count', () => {
      // torch.nn.functional.cross_entropy(tensor([[-inf, 0, 1]]), tensor([1])) = 1.3132617
      const logits = Tensor.from([[-Infinity, 0, 1]]);
      for (const targets of [Int32Array.of(1), Tensor.from([[0, 1, 0]])]) {
        const [losses, dLogits] = [Tensor.zeros([1]), Tensor.zeros([1, 3])];
        kernels.softmaxCrossEntropy(logits, targets, losses, dLogits, 1);
        expect(losses.data[0]).toBeCloseTo(1.3132617, 6);
        const share = 1 / (1 + Math.E);
        [0, share - 1, 1 - share].forEach((slope, k) => {
          expect(dLogits.data[k]).toBeCloseTo(slope, 6);
        });
      }
    });

    test('the loss of a hopeless answer is large but finite', () => {
      const losses = Tensor.zeros([1]);
      kernels.softmaxCrossEntropy(Tensor.from([[0, 1e4]]), Int32Array.of(0), losses, null, 1);
      expect(losses.data[0]).toBe(1e4);
    });

    test('exponential and logarithm are right over their whole range', () => {
      // Two scores 0 and −d: the loss of the first is log(1 + exp(−d)), of the second d more.
      const distances = Float64Array.from({ length: 400 }, (_, i) => i / 4);
      const logits = Tensor.zeros([400, 2], 'float64');
      distances.forEach((d, i) => (logits.data[2 * i + 1] = -d));
      const losses = Tensor.zeros([400], 'float64');
      const probabilities = Tensor.zeros([400, 2], 'float64');
      kernels.softmaxCrossEntropy(logits, new Int32Array(400), losses, null, 1);
      kernels.softmax(logits, probabilities);
      distances.forEach((d, i) => {
        const expected = Math.log1p(Math.exp(-d));
        expect(Math.abs(losses.data[i]! - expected)).toBeLessThanOrEqual(2e-7);
        const small = Math.exp(-d) / (1 + Math.exp(-d));
        const error = Math.abs(probabilities.data[2 * i + 1]! - small);
        expect(error).toBeLessThanOrEqual(4e-7 * small + 2e-38);
      });
    });
  });

  test('sumOfSquares', () => {
    const x = Tensor.from([
      [1, 3, 3],
      [-1, -2, -3],
    ]);
    expect(kernels.sumOfSquares(x)).toBe(33);
  });

  describe('agrees with the reference on odd sizes', () => {
    // Sizes of any remainder, large enough for some value to be about 1: errors are relative to it.
    const sizes = fc.integer({ min: 13, max: 80 });

    test('relu and its gradient', () => {
      fc.assert(
        fc.property(sizes, (size) => {
          const [x, y] = [randomTensor([size]), randomTensor([size])];
          for (const run of [
            (k: Kernels, output: Tensor) => {
              relu(k, x, output);
            },
            (k: Kernels, output: Tensor) => {
              reluGradient(k, x, y, output);
            },
          ]) {
            const [actual, expected] = [
              Tensor.zeros([size], 'float64'),
              Tensor.zeros([size], 'float64'),
            ];
            run(kernels, actual);
            run(referenceKernels, expected);
            expectClose(actual.data, expected.data);
          }
        }),
      );
    });

    test('max pooling, values and positions', () => {
      fc.assert(
        fc.property(convolutions, ({ N, H, W, C, K: _, ...options }) => {
          const geometry = windowGeometry([H, W, C], options, 'test');
          const x = randomTensor([N, H, W, C]);
          x.data.set(x.data.map(Math.fround)); // the same numbers in both formats
          const shape = [N, geometry.outputHeight, geometry.outputWidth, C];
          const run = (k: Kernels) => {
            const output = Tensor.zeros(shape, 'float64');
            const positions = new Int32Array(output.size);
            k.maxPool2d(x, output, positions, geometry);
            const dInput = Tensor.zeros(x.shape, 'float64');
            k.maxPool2dGradient(output, positions, dInput, geometry);
            return { output: output.data, positions, dInput: dInput.data };
          };
          // A window may lie on padding alone; then there is no winner to compare.
          const expected = run(referenceKernels);
          fc.pre(expected.positions.every((position) => position >= 0));
          const actual = run(kernels);
          expectSame(actual.output, expected.output);
          expectSame(actual.positions, expected.positions);
          expectClose(actual.dInput, expected.dInput);
        }),
      );
    });
  });
});

describe('WebAssembly memory', () => {
  test('grows under tensors that were made before', () => {
    const kernels = createKernels('simd');
    const early = kernels.createTensor([3], 'float32');
    early.data.set([-1, 2, -3]);
    const large = kernels.createTensor([1_000_000], 'float32');
    large.data.fill(-1);
    large.data[999_999] = 5;
    const [small, output] = [
      kernels.createTensor([3], 'float32'),
      kernels.createTensor([1_000_000], 'float32'),
    ];
    relu(kernels, early, small);
    relu(kernels, large, output);
    expect([...small.data]).toEqual([0, 2, 0]);
    expect([output.data[0], output.data[999_999]]).toEqual([0, 5]);
  });

  test('is not needed for tensors of other makers', () => {
    const kernels = createKernels('simd');
    const output = Tensor.zeros([2]);
    relu(kernels, Tensor.from([-1, 1]), output);
    expect([...output.data]).toEqual([0, 1]);
    const exact = kernels.createTensor([2], 'float64');
    relu(kernels, Tensor.from([-1, 1e-300], 'float64'), exact);
    expect([...exact.data]).toEqual([0, 1e-300]);
  });
});

describe('createKernels', () => {
  test('gives the backend that is asked for, by default the fastest', () => {
    expect(createKernels('reference')).toBe(referenceKernels);
    expect(createKernels('simd').name).toBe('simd');
    expect(createKernels().name).toBe('relaxed');
  });

  test('each has a memory of its own', () => {
    const buffers = [createKernels('simd'), createKernels('simd')].map(
      (kernels) => kernels.createTensor([1], 'float32').data.buffer,
    );
    expect(buffers[0]).not.toBe(buffers[1]);
  });
});
