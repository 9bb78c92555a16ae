/**
 * Kernels on windows that keep channels apart, on every implementation: convolution in groups and
 * depthwise, average pooling, padding. A grouped convolution is held equal to convolutions of the
 * groups one by one; pooling to its definition, and gradients to what they are adjoint to.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createKernels,
  referenceKernels,
  Tensor,
  windowGeometry,
  type FloatArray,
  type Kernels,
  type WindowGeometry,
} from '../src/index.ts';
import { Engine } from '../src/wasm/run/engine.ts';
import { trainingKernels } from '../src/wasm/training-kernels.ts';
import {
  expectSame,
  expectWithin,
  implementations,
  inOwnMemory,
  randomTensor,
} from './implementations.ts';
import { relu, reluGradient } from './relu.ts';

const small = (max: number) => fc.integer({ min: 1, max });

/** Windows of all kinds that fit into their input. */
const windows = fc
  .record({
    N: small(3),
    H: small(11),
    W: small(21),
    windowSize: fc.tuple(small(4), small(4)),
    strides: fc.tuple(small(3), small(3)),
    dilationRate: fc.tuple(small(2), small(2)),
    padding: fc.constantFrom('valid' as const, 'same' as const),
  })
  .filter(
    ({ H, W, windowSize: [R, S], dilationRate: [rows, columns], padding }) =>
      padding === 'same' || ((R - 1) * rows < H && (S - 1) * columns < W),
  );

/** Groups of channels: several of several, or depthwise with one to five filters for each. */
const groupings = fc.oneof(
  fc.record({ G: fc.integer({ min: 2, max: 4 }), ownC: small(5), ownK: small(9) }),
  fc.record({ G: fc.integer({ min: 2, max: 19 }), ownC: fc.constant(1), ownK: small(5) }),
  fc.record({ G: fc.integer({ min: 28, max: 41 }), ownC: fc.constant(1), ownK: fc.constant(1) }),
);

/** Elements `first` … `first + count − 1` of the last axis. */
function slice(x: Tensor, first: number, count: number): Tensor {
  const C = x.shape.at(-1)!;
  const part = Tensor.zeros([...x.shape.slice(0, -1), count], 'float64');
  for (let i = 0; i < part.size; i++) {
    part.data[i] = x.data[Math.floor(i / count) * C + first + (i % count)]!;
  }
  return part;
}

/** Results of groups, side by side along the last axis. */
function joined(parts: readonly Tensor[]): Float64Array {
  const [count, rows] = [parts[0]!.shape.at(-1)!, parts[0]!.size / parts[0]!.shape.at(-1)!];
  return Float64Array.from({ length: rows * count * parts.length }, (_, i) => {
    const [row, c] = [Math.floor(i / (count * parts.length)), i % (count * parts.length)];
    return parts[Math.floor(c / count)]!.data[row * count + (c % count)]!;
  });
}

/** A convolution of G groups, and its gradients: of each group alone, by the reference. */
function groupByGroup(
  [x, w, b, y]: readonly [Tensor, Tensor, Tensor, Tensor],
  G: number,
  g: WindowGeometry,
) {
  const [ownC, ownK] = [w.shape[2]!, w.shape[3]! / G];
  const results = Array.from({ length: G }, (_, group) => {
    const [xs, ws] = [slice(x, group * ownC, ownC), slice(w, group * ownK, ownK)];
    const [bs, ys] = [slice(b, group * ownK, ownK), slice(y, group * ownK, ownK)];
    const output = Tensor.zeros(ys.shape, 'float64');
    referenceKernels.conv2d(xs, ws, bs, output, g);
    const dInput = Tensor.zeros(xs.shape, 'float64');
    referenceKernels.conv2dInputGradient(ys, ws, dInput, g);
    const dKernel = Tensor.zeros(ws.shape, 'float64');
    referenceKernels.conv2dKernelGradient(ys, xs, dKernel, g);
    return { output, dInput, dKernel };
  });
  return {
    output: joined(results.map(({ output }) => output)),
    dInput: joined(results.map(({ dInput }) => dInput)),
    dKernel: joined(results.map(({ dKernel }) => dKernel)),
  };
}

/** The inputs under the window of output (p, q), straight from the definition. */
function seen(g: WindowGeometry, p: number, q: number): [h: number, w: number][] {
  const all: [number, number][] = [];
  for (let r = 0; r < g.windowHeight; r++)
    for (let s = 0; s < g.windowWidth; s++) {
      const h = p * g.strideHeight + r * g.dilationHeight - g.padTop;
      const w = q * g.strideWidth + s * g.dilationWidth - g.padLeft;
      if (h >= 0 && w >= 0 && h < g.inputHeight && w < g.inputWidth) all.push([h, w]);
    }
  return all;
}

function dot(a: FloatArray, b: FloatArray): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

describe.each(implementations)('$title', ({ kernels: implementation, dtype, tolerance }) => {
  const kernels = inOwnMemory(implementation, dtype);
  const expectClose = (actual: FloatArray, expected: FloatArray) => {
    expectWithin(tolerance, actual, expected);
  };

  test('a convolution in groups is one convolution for each, and so are its gradients', () => {
    fc.assert(
      fc.property(windows, groupings, fc.boolean(), ({ N, H, W, ...options }, of, hasBias) => {
        const { G, ownC, ownK } = of;
        const g = windowGeometry([H, W, G * ownC], options, 'test');
        const x = randomTensor([N, H, W, G * ownC]);
        const w = randomTensor([...options.windowSize, ownC, G * ownK]);
        const b = hasBias ? randomTensor([G * ownK]) : Tensor.zeros([G * ownK], 'float64');
        const y = randomTensor([N, g.outputHeight, g.outputWidth, G * ownK]);
        const expected = groupByGroup([x, w, b, y], G, g);
        const output = randomTensor(y.shape);
        kernels.conv2d(x, w, hasBias ? b : null, output, g);
        expectClose(output.data, expected.output);
        const dInput = randomTensor(x.shape);
        kernels.conv2dInputGradient(y, w, dInput, g);
        expectClose(dInput.data, expected.dInput);
        const dKernel = Tensor.zeros(w.shape, 'float64');
        kernels.conv2dKernelGradient(y, x, dKernel, g);
        expectClose(dKernel.data, expected.dKernel);
        kernels.conv2dKernelGradient(y, x, dKernel, g); // it adds to what was there
        expectClose(
          dKernel.data,
          expected.dKernel.map((value) => 2 * value),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('large windows, and rows longer than a block', () => {
    for (const [windowSize, padding] of [
      [[10, 11], 'same'],
      [[1, 13], 'valid'],
      [[7, 7], 'same'],
    ] as const) {
      const g = windowGeometry([12, 37, 6], { windowSize, padding, strides: [1, 1] }, 'test');
      const [x, w] = [randomTensor([2, 12, 37, 6]), randomTensor([...windowSize, 1, 6])];
      const y = randomTensor([2, g.outputHeight, g.outputWidth, 6]);
      const expected = groupByGroup([x, w, Tensor.zeros([6], 'float64'), y], 6, g);
      const [output, dInput] = [randomTensor(y.shape), randomTensor(x.shape)];
      const dKernel = Tensor.zeros(w.shape, 'float64');
      kernels.conv2d(x, w, null, output, g);
      kernels.conv2dInputGradient(y, w, dInput, g);
      kernels.conv2dKernelGradient(y, x, dKernel, g);
      expectClose(output.data, expected.output);
      expectClose(dInput.data, expected.dInput);
      expectClose(dKernel.data, expected.dKernel);
    }
  });

  test('average pooling is the mean of what windows see, and its gradient is adjoint to it', () => {
    fc.assert(
      fc.property(windows, small(19), ({ N, H, W, ...options }, C) => {
        const g = windowGeometry([H, W, C], options, 'test');
        const x = randomTensor([N, H, W, C]);
        const shape = [N, g.outputHeight, g.outputWidth, C] as const;
        const [output, expected] = [randomTensor(shape), Tensor.zeros(shape, 'float64')];
        const [dOutput, dInput] = [randomTensor(shape), randomTensor(x.shape)];
        const dExpected = Tensor.zeros(x.shape, 'float64');
        for (let i = 0; i < output.size; i++) {
          const [c, position] = [i % C, Math.floor(i / C)];
          const [q, p] = [position % shape[2], Math.floor(position / shape[2]) % shape[1]];
          const n = Math.floor(position / shape[2] / shape[1]);
          const inside = seen(g, p, q);
          for (const [h, v] of inside) {
            const at = ((n * H + h) * W + v) * C + c;
            expected.data[i]! += x.data[at]! / inside.length;
            dExpected.data[at]! += dOutput.data[i]! / inside.length;
          }
        }
        kernels.averagePool2d(x, output, g);
        expectClose(output.data, expected.data);
        kernels.averagePool2dGradient(dOutput, dInput, g);
        expectClose(dInput.data, dExpected.data);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    [1, 1, 3],
    [7, 5, 70],
    [13, 9, 2],
  ])('pooling by one window over %i × %i × %i', (H, W, C) => {
    const options = { windowSize: [H, W], strides: [1, 1], padding: 'valid' } as const;
    const g = windowGeometry([H, W, C], options, 'test');
    const [x, dOutput] = [randomTensor([2, H, W, C]), randomTensor([2, 1, 1, C])];
    x.data.set(x.data.map(Math.fround)); // the same numbers in both formats
    const run = (k: Kernels) => {
      const [mean, largest] = [randomTensor(dOutput.shape), randomTensor(dOutput.shape)];
      const [dMean, dLargest] = [randomTensor(x.shape), randomTensor(x.shape)];
      const positions = new Int32Array(2 * C);
      k.averagePool2d(x, mean, g);
      k.averagePool2dGradient(dOutput, dMean, g);
      k.maxPool2d(x, largest, positions, g);
      k.maxPool2dGradient(dOutput, positions, dLargest, g);
      return { means: [mean, dMean, dLargest], largest, positions };
    };
    const [actual, expected] = [run(kernels), run(referenceKernels)];
    actual.means.forEach(({ data }, i) => {
      expectClose(data, expected.means[i]!.data);
    });
    expectSame(actual.largest.data, expected.largest.data);
    expectSame(actual.positions, expected.positions);
  });

  test('the largest of a large window: of equal ones the first, and a NaN is not hidden', () => {
    const options = { windowSize: [8, 8], strides: [1, 1], padding: 'valid' } as const;
    const g = windowGeometry([8, 8, 1], options, 'test');
    const x = Tensor.zeros([1, 8, 8, 1]);
    x.data.fill(-2);
    x.data[37] = x.data[50] = -1;
    const [output, positions] = [Tensor.zeros([1, 1, 1, 1]), new Int32Array(1)];
    kernels.maxPool2d(x, output, positions, g);
    expect([output.data[0], positions[0]]).toEqual([-1, 37]);
    x.data[20] = NaN;
    kernels.maxPool2d(x, output, positions, g);
    expect([output.data[0], positions[0]]).toEqual([NaN, 20]);
  });

  test('pad2d lays an image into zeros, and crop2d cuts it out', () => {
    fc.assert(
      fc.property(
        fc.record({ N: small(3), H: small(5), W: small(5), C: small(6) }),
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }),
        ({ N, H, W, C }, edges) => {
          const [top, bottom, left, right] = edges as [number, number, number, number];
          const x = randomTensor([N, H, W, C]);
          x.data.set(x.data.map(Math.fround));
          const output = randomTensor([N, top + H + bottom, left + W + right, C]);
          kernels.pad2d(x, output, { top, left });
          const width = left + W + right;
          for (let i = 0; i < output.size; i++) {
            const [c, position] = [i % C, Math.floor(i / C)];
            const [w, row] = [(position % width) - left, Math.floor(position / width)];
            const h = (row % (top + H + bottom)) - top;
            const n = Math.floor(row / (top + H + bottom));
            const inside = h >= 0 && h < H && w >= 0 && w < W;
            const expected = inside ? x.data[((n * H + h) * W + w) * C + c] : 0;
            if (output.data[i] !== expected) expect.fail(`element ${i}`);
          }
          const back = randomTensor(x.shape);
          kernels.crop2d(output, back, { top, left });
          expectSame(back.data, x.data);
          // Adjoint: the gradient of padding is cropping.
          const y = randomTensor(output.shape);
          y.data.set(y.data.map(Math.fround));
          kernels.crop2d(y, back, { top, left });
          expect(dot(output.data, y.data)).toBeCloseTo(dot(x.data, back.data), 10);
        },
      ),
      { numRuns: 50 },
    );
  });
});

/** Every kernel of this file forward and backward, recorded as one program. */
function recorded(k: Kernels, samples: number): { run: () => void; results: Tensor[] } {
  const make = (shape: readonly number[]): Tensor => {
    const tensor = k.createTensor([...shape], 'float32');
    // Not the shared stream: the same numbers in every call.
    tensor.data.forEach((_, i) => (tensor.data[i] = (((i + tensor.size) * 7919) % 101) / 50 - 1));
    return tensor;
  };
  const same = { windowSize: [3, 3], strides: [1, 1], padding: 'same' } as const;
  const halving = { windowSize: [3, 3], strides: [2, 2], padding: 'same' } as const;
  const [g1, g2] = [
    windowGeometry([11, 10, 6], same, ''),
    windowGeometry([11, 10, 18], halving, ''),
  ];
  const g3 = windowGeometry([6, 5, 18], { ...same, padding: 'valid' }, '');
  const [x, w1, b1] = [make([samples, 8, 9, 6]), make([3, 3, 1, 18]), make([18])];
  const [padded, z1, y1] = [
    make([samples, 11, 10, 6]),
    make([samples, 11, 10, 18]),
    make([samples, 11, 10, 18]),
  ];
  const [y2, w3, y3, d3] = [
    make([samples, 6, 5, 18]),
    make([3, 3, 6, 12]),
    make([samples, 4, 3, 12]),
    make([samples, 4, 3, 12]),
  ];
  const [d2, d1, e1] = [make(y2.shape), make(z1.shape), make(z1.shape)];
  const [dPadded, dX] = [make(padded.shape), make(x.shape)];
  const [dW1, dB1, dW3] = [make(w1.shape), make(b1.shape), make(w3.shape)];
  const program = k.record(() => {
    k.pad2d(x, padded, { top: 2, left: 1 });
    k.conv2d(padded, w1, b1, z1, g1);
    relu(k, z1, y1);
    k.averagePool2d(y1, y2, g2);
    k.conv2d(y2, w3, null, y3, g3);
    for (const gradient of [dW1, dB1, dW3]) k.clear(gradient);
    k.conv2dKernelGradient(d3, y2, dW3, g3);
    k.conv2dInputGradient(d3, w3, d2, g3);
    k.averagePool2dGradient(d2, d1, g2);
    reluGradient(k, y1, d1, e1);
    k.biasGradient(e1, dB1);
    k.conv2dKernelGradient(e1, padded, dW1, g1);
    k.conv2dInputGradient(e1, w1, dPadded, g1);
    k.crop2d(dPadded, dX, { top: 2, left: 1 });
  });
  expect(program.onReference).toEqual([]);
  return {
    run: () => {
      program.run();
    },
    results: [y3, e1, dX, dW1, dB1, dW3],
  };
}

describe('recorded with a ReLU between them', () => {
  test.each([1, 3, 8, 21])(
    '%i samples: near the reference, same bits on any threads',
    (samples) => {
      const expected = recorded({ ...referenceKernels, record: immediately }, samples);
      expected.run();
      const alone = recorded(createKernels('simd', { threads: 1 }), samples);
      alone.run();
      alone.results.forEach(({ data }, i) => {
        expectWithin(1e-5, data, expected.results[i]!.data);
      });
      for (const threads of [2, 3, 4]) {
        const shared = recorded(trainingKernels(new Engine('simd', threads)), samples);
        for (let i = 0; i < 50; i++) shared.run();
        shared.results.forEach(({ data }, i) => {
          expectSame(data, alone.results[i]!.data);
        });
      }
    },
  );
});

/** A recording of the reference, which makes no tensor beforehand. */
const immediately = (steps: () => void) => ({
  run: steps,
  release: () => undefined,
  onReference: [],
});
