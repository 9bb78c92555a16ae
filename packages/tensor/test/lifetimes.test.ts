/** What kernels give back: programs, tensors, and all of it at the end. */
import { describe, expect, test } from 'vitest';
import {
  createInferenceKernels,
  createKernels,
  disposeKernels,
  kernelsLike,
  RandomStreams,
  referenceKernels,
  type Kernels,
  type Program,
  type Tensor,
} from '../src/index.ts';
import { JOINED, READY } from '../src/wasm/run/control-words.ts';
import { Engine } from '../src/wasm/run/engine.ts';
import { trainingKernels } from '../src/wasm/training-kernels.ts';
import { relu } from './relu.ts';

const bytesOf = (kernels: Kernels): number => {
  const tensor = kernels.createTensor([1], 'float32');
  kernels.release([tensor]);
  return tensor.data.buffer.byteLength;
};

const filled = (kernels: Kernels, size: number, value: number): Tensor => {
  const tensor = kernels.createTensor([size], 'float32');
  tensor.data.fill(value);
  return tensor;
};

describe('a program that is released', () => {
  test('gives its memory back, dropout keys included', () => {
    const kernels = createKernels('simd', { threads: 1 });
    const mask = kernels.createTensor([64], 'float32');
    const random = new RandomStreams(1).stream('test');
    const record = (): Program =>
      kernels.record(() => {
        kernels.dropoutMask(mask, 0.5, random);
      });
    record().release();
    const before = bytesOf(kernels);
    for (let i = 0; i < 1000; i++) record().release();
    expect(bytesOf(kernels)).toBe(before);
  });

  test('cannot be run', () => {
    const kernels = createKernels('simd', { threads: 1 });
    const x = filled(kernels, 4, 1);
    const program = kernels.record(() => {
      relu(kernels, x, x);
    });
    program.release();
    program.release();
    expect(() => {
      program.run();
    }).toThrow(/run: expected a program that is not released/);
  });

  test('leaves its place to others, which helping threads tell from it', async () => {
    const engine = new Engine('simd', 2);
    const kernels = trainingKernels(engine);
    const words = new Int32Array(engine.memory.memory.buffer, engine.threads.control);
    const size = 2 ** 20;
    const [x, y] = [filled(kernels, size, 1), filled(kernels, size, 0)];
    const timesOf = (factor: number): Program =>
      kernels.record(() => {
        kernels.elementwise({ x }, (v) => ({ y: v.x.times(factor) }), { y });
      });
    const first = timesOf(1);
    while (Atomics.load(words, READY / 4) === 0) {
      first.run();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    first.release();
    let together = 0;
    for (let factor = 2; factor <= 50; factor++) {
      const program = timesOf(factor);
      for (let run = 0; run < 3; run++) {
        y.data.fill(0);
        const joined = Atomics.load(words, JOINED / 4);
        program.run();
        if (Atomics.load(words, JOINED / 4) > joined) together += 1;
        expect(y.data.every((value) => value === factor)).toBe(true);
      }
      program.release();
    }
    expect(together).toBeGreaterThan(0);
  });
});

describe('tensors that are released', () => {
  test('are handed out again', () => {
    const kernels = createKernels('simd', { threads: 1 });
    const before = bytesOf(kernels);
    for (let i = 0; i < 1000; i++) kernels.release([filled(kernels, 10_000, 1)]);
    expect(bytesOf(kernels) - before).toBeLessThanOrEqual(2 ** 16);
  });

  test('stay for as long as a program works on them', () => {
    const kernels = createKernels('simd', { threads: 1 });
    const [x, y] = [filled(kernels, 1000, 1), filled(kernels, 1000, 0)];
    const program = kernels.record(() => {
      kernels.elementwise({ x }, (v) => ({ y: v.x.plus(1) }), { y });
    });
    kernels.release([x]);
    const other = filled(kernels, 1000, 5);
    program.run();
    expect(y.data[0]).toBe(2);
    expect(other.data.every((value) => value === 5)).toBe(true);
    program.release();
    expect(filled(kernels, 1000, 0).data.byteOffset).toBe(x.data.byteOffset);
  });

  test('may be those of other kernels, which is nothing to these', () => {
    const kernels = createKernels('simd', { threads: 1 });
    const x = filled(kernels, 1000, 1);
    kernels.release([referenceKernels.createTensor([1000], 'float32')]);
    createKernels('simd').release([x]);
    expect(filled(kernels, 1000, 0).data.byteOffset).not.toBe(x.data.byteOffset);
  });
});

describe('kernels that are disposed', () => {
  test('leave memory and threads to the next ones of the same kind, as zeros', () => {
    const first = createKernels('simd', { threads: 3 });
    const x = filled(first, 1e6, 1);
    disposeKernels(first);
    const next = createKernels('simd', { threads: 3 });
    const y = next.createTensor([1e6], 'float32');
    expect(y.data.buffer).toBe(x.data.buffer);
    expect(y.data.every((value) => value === 0)).toBe(true);
  });

  test('leave it to no others, and to none that are made later', async () => {
    const first = createKernels('simd', { threads: 3 });
    const x = filled(first, 100, 1);
    disposeKernels(first);
    disposeKernels(first);
    const other = createKernels('simd', { threads: 2 });
    expect(filled(other, 100, 1).data.buffer).not.toBe(x.data.buffer);
    await Promise.resolve();
    const later = createKernels('simd', { threads: 3 });
    expect(filled(later, 100, 1).data.buffer).not.toBe(x.data.buffer);
  });

  test('have programs that neither run nor give memory of the next ones back', () => {
    const first = createKernels('simd', { threads: 3 });
    const x = filled(first, 1000, 1);
    const program = first.record(() => {
      relu(first, x, x);
    });
    disposeKernels(first);
    const next = createKernels('simd', { threads: 3 });
    const y = filled(next, 1000, -1);
    expect(() => {
      program.run();
    }).toThrow(/not released/);
    program.release();
    filled(next, 1000, 2);
    expect(y.data.every((value) => value === -1)).toBe(true);
  });
});

test('kernels like others compute alike in a memory of their own', () => {
  const kernels = createKernels('simd', { threads: 3 });
  const own = kernelsLike(kernels);
  expect([own.name, own.threads]).toEqual(['simd', 3]);
  expect(filled(own, 1, 0).data.buffer).not.toBe(filled(kernels, 1, 0).data.buffer);
  expect('clear' in kernelsLike(createInferenceKernels('simd'))).toBe(false);
  const wrapped = { ...kernels };
  expect(kernelsLike(wrapped)).toBe(wrapped);
  expect(kernelsLike(referenceKernels)).toBe(referenceKernels);
});
