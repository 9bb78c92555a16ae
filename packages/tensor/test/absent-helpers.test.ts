/** Helper threads that are counted on and never come, as if they had no core. */
import { expect, test, vi } from 'vitest';
import { READY } from '../src/wasm/run/control-words.ts';
import { Engine } from '../src/wasm/run/engine.ts';
import { trainingKernels } from '../src/wasm/training-kernels.ts';

vi.mock('../src/wasm/run/worker-program.ts', async (original) => {
  const { workerProgram } = await original<{ readonly workerProgram: string }>();
  const absent = `
    const { wait } = Atomics;
    Atomics.wait = () => wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  `;
  return { workerProgram: absent + workerProgram };
});

test('a run does not wait for helpers that never begin', async () => {
  const engine = new Engine('simd', 4);
  const kernels = trainingKernels(engine);
  const [x, y] = [0, 1].map(() => kernels.createTensor([2 ** 20], 'float32'));
  const program = kernels.record(() => {
    kernels.elementwise({ x: x! }, (v) => ({ y: v.x.times(2) }), { y: y! });
  });
  const words = new Int32Array(engine.memory.memory.buffer, engine.threads.control);
  const everyone = 0b111;
  while (Atomics.load(words, READY / 4) !== everyone) {
    program.run();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  for (let i = 1; i <= 20; i++) {
    x!.data.fill(i);
    program.run();
    expect(y!.data.every((value) => value === 2 * i)).toBe(true);
  }
  engine.threads.stop();
});
