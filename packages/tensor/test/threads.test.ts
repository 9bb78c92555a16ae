/** Helper threads that are late, and helper threads that fail. */
import { describe, expect, test, vi } from 'vitest';
import { HelperThreadError, RandomStreams } from '../src/index.ts';
import { DONE, READY } from '../src/wasm/run/control-words.ts';
import { Engine } from '../src/wasm/run/engine.ts';
import { trainingKernels } from '../src/wasm/training-kernels.ts';

/** Helpers that, woken, read what they were woken for some milliseconds late, as under load. */
vi.mock('../src/wasm/run/worker-program.ts', async (original) => {
  const { workerProgram } = await original<{ readonly workerProgram: string }>();
  const late = `
    const { load, wait } = Atomics;
    let isWoken = false;
    let state = 1;
    // Park and Miller's generator: the same delays in each run.
    const drawn = () => (state = (state * 16807) % 2147483647) / 2147483647;
    Atomics.wait = (...condition) => {
      const result = wait(...condition);
      isWoken = true;
      return result;
    };
    Atomics.load = (words, index) => {
      const value = load(words, index);
      const end = performance.now() + (isWoken ? 2 * drawn() : 0);
      isWoken = false;
      while (performance.now() < end);
      return value;
    };
  `;
  return { workerProgram: late + workerProgram };
});

const random = new RandomStreams(1).stream('threads test');

function matrixProducts(engine: Engine, size: number) {
  const kernels = trainingKernels(engine);
  const random = new RandomStreams(size).stream('threads test');
  const [a, b, output] = [0, 1, 2].map(() => {
    const tensor = kernels.createTensor([size, size], 'float32');
    for (let i = 0; i < tensor.size; i++) tensor.data[i] = random.normal();
    return tensor;
  });
  const program = kernels.record(() => {
    kernels.matMul({ a: a!, b: b!, output: output! });
  });
  return { program, output: output!.data };
}

const done = (engine: Engine): number => Atomics.load(wordsOf(engine), DONE / 4);

const wordsOf = ({ memory, threads }: Engine): Int32Array =>
  new Int32Array(memory.memory.buffer, threads.control);

test('helpers that are late find done what they would have done', () => {
  const engine = new Engine('simd', 4);
  // Too short to wait for sleeping helpers, and worth their waking.
  const [short, long] = [matrixProducts(engine, 48), matrixProducts(engine, 256)];
  long.program.run();
  const expected = long.output.slice();
  const sleeping = new Int32Array(new SharedArrayBuffer(4));
  const end = performance.now() + 3000;
  while (performance.now() < end) {
    // The first run wakes helpers; the one that counts on them may find its words where that had.
    for (let i = random.uniform(0, 4); i > 0; i--) short.program.run();
    long.output.fill(NaN);
    long.program.run();
    // Helpers that come later find nothing to do.
    const counted = done(engine);
    Atomics.wait(sleeping, 0, 0, random.uniform(1.5, 2.5));
    expect(done(engine)).toBe(counted);
    expect(long.output.every((value, i) => value === expected[i])).toBe(true);
  }
});

test('where no thread can be started, the calling one works alone', () => {
  const builtin = process.getBuiltinModule.bind(process);
  const noThreads = (name: string): object | undefined =>
    name === 'node:worker_threads'
      ? {
          Worker: function Worker() {
            throw new Error('too many threads');
          },
        }
      : builtin(name);
  const spy = vi.spyOn(process, 'getBuiltinModule').mockImplementation(noThreads);
  try {
    const { program, output } = matrixProducts(new Engine('simd', 4), 256);
    const end = performance.now() + 100;
    while (performance.now() < end) program.run();
    expect(spy).toHaveBeenCalledWith('node:worker_threads');
    expect(output.every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
  } finally {
    spy.mockRestore();
  }
});

test('a helper that cannot do its part ends the run with an error', () => {
  const engine = new Engine('simd', 2);
  const { memory, threads } = engine;
  const before = memory.take(1);
  const { program } = matrixProducts(engine, 256);
  // The calling thread has compiled the program; helpers do when they first run it.
  new Uint8Array(memory.memory.buffer).fill(0, before, memory.take(1));
  expect(threads.count).toBe(2);
  const end = performance.now() + 20_000;
  expect(() => {
    while (performance.now() < end) program.run();
  }).toThrow(HelperThreadError);
  expect(() => {
    program.run();
  }).toThrow(/create the kernels anew/i);
});

describe('what is done meanwhile', () => {
  function withHelper() {
    const engine = new Engine('simd', 2);
    const { program, output } = matrixProducts(engine, 256);
    program.run();
    const expected = output.slice();
    engine.threads.start();
    const end = performance.now() + 20_000;
    while (Atomics.load(wordsOf(engine), READY / 4) === 0 && performance.now() < end);
    return { engine, program, output, expected };
  }

  test('is done while helpers compute', () => {
    const { engine, program, output, expected } = withHelper();
    const before = done(engine);
    let during = before;
    output.fill(NaN);
    program.run(() => {
      const end = performance.now() + 20_000;
      while (during === before && performance.now() < end) during = done(engine);
    });
    expect(during).not.toBe(before);
    expect(output).toEqual(expected);
  });

  test('may fail, and the run ends all the same', () => {
    const { program, output, expected } = withHelper();
    output.fill(NaN);
    expect(() => {
      program.run(() => {
        throw new Error('meanwhile');
      });
    }).toThrow('meanwhile');
    expect(output).toEqual(expected);
    output.fill(NaN);
    program.run();
    expect(output).toEqual(expected);
  });

  test('is not done where nobody helps', () => {
    const { program } = matrixProducts(new Engine('simd', 1), 64);
    program.run(() => {
      throw new Error('meanwhile');
    });
  });
});
