/** Recorded programs: what they compute, and that threads share the work without changing a bit. */
import { relu, reluGradient } from './relu.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  createKernels,
  math,
  perChannel,
  perRow,
  RandomStreams,
  Tensor,
  windowGeometry,
  type FloatArray,
  type Kernels,
} from '../src/index.ts';
import { AWAKE } from '../src/wasm/run/control-words.ts';
import { Engine } from '../src/wasm/run/engine.ts';
import { trainingKernels } from '../src/wasm/training-kernels.ts';

const { exp, square, tanh } = math;

let kernels: Kernels;
beforeEach(() => {
  kernels = createKernels('simd', { threads: 1 });
});

function make(k: Kernels, shape: readonly number[], values?: readonly number[]): Tensor {
  const tensor = k.createTensor(shape, 'float32');
  const random = new RandomStreams(tensor.size).stream('programs test');
  for (let i = 0; i < tensor.size; i++) tensor.data[i] = values?.[i] ?? random.normal();
  return tensor;
}

describe('a program', () => {
  test('computes on what its tensors hold when it runs', () => {
    const [x, y] = [make(kernels, [2], [-1, 2]), make(kernels, [2])];
    const program = kernels.record(() => {
      relu(kernels, x, y);
    });
    program.run();
    expect([...y.data]).toEqual([0, 2]);
    x.data.set([3, -4]);
    program.run();
    expect([...y.data]).toEqual([3, 0]);
  });

  test('keeps a result that is read besides passing through a ReLU', () => {
    const [a, b] = [make(kernels, [1, 2], [1, 2]), make(kernels, [2, 2], [1, -1, -1, 1])];
    const [sum, positive, again] = [0, 1, 2].map(() => make(kernels, [1, 2]));
    const product = { a, b, output: sum!, transposeB: true };
    kernels
      .record(() => {
        kernels.matMul(product);
        relu(kernels, sum!, positive!);
        kernels.elementwise({ x: sum! }, ({ x }) => ({ again: square(x) }), { again: again! });
      })
      .run();
    expect([...positive!.data, ...again!.data]).toEqual([0, 1, 1, 1]);
  });

  test('keeps a result that TypeScript reads besides passing through a ReLU', () => {
    const [a, b] = [make(kernels, [1, 2], [1, 2]), make(kernels, [2, 2], [1, -1, -1, 1])];
    const [sum, positive, copy] = [0, 1, 2].map(() => make(kernels, [1, 2]));
    const program = kernels.record(() => {
      kernels.matMul({ a, b, output: sum!, transposeB: true });
      relu(kernels, sum!, positive!);
      kernels.custom('copy', [sum!, copy!], () => {
        copy!.data.set(sum!.data);
      });
    });
    program.run();
    expect([...positive!.data, ...copy!.data]).toEqual([0, 1, -1, 1]);
    a.data.set([2, 1]);
    program.run();
    expect([...positive!.data, ...copy!.data]).toEqual([1, 0, 1, -1]);
    expect(program.onReference).toEqual(['copy']);
  });

  test('leaves a result alone that TypeScript changes before a ReLU', () => {
    const [a, b] = [make(kernels, [1, 2], [1, 2]), make(kernels, [2, 2], [1, -1, -1, 1])];
    const [sum, positive] = [0, 1].map(() => make(kernels, [1, 2]));
    kernels
      .record(() => {
        kernels.matMul({ a, b, output: sum!, transposeB: true });
        kernels.custom('negate', [sum!], () => {
          sum!.data.forEach((value, i) => (sum!.data[i] = -value));
        });
        relu(kernels, sum!, positive!);
      })
      .run();
    expect([...positive!.data]).toEqual([1, 0]);
  });

  test('sums gradients from zero where they were cleared, else adds to them', () => {
    const [rows, sum] = [make(kernels, [9, 2]), make(kernels, [2], [100, 200])];
    rows.data.fill(1);
    kernels
      .record(() => {
        kernels.biasGradient(rows, sum);
      })
      .run();
    expect([...sum.data]).toEqual([109, 209]);
    const fresh = kernels.record(() => {
      kernels.clear(sum);
      kernels.biasGradient(rows, sum);
      kernels.biasGradient(rows, sum);
    });
    for (let i = 0; i < 2; i++) fresh.run();
    expect([...sum.data]).toEqual([18, 18]);
    kernels
      .record(() => {
        kernels.clear(sum);
      })
      .run();
    expect([...sum.data]).toEqual([0, 0]);
  });

  test('keeps the order of calls that no fast kernel is found for, and names them', () => {
    const [x, y] = [make(kernels, [2], [1, -2]), make(kernels, [2])];
    const elsewhere = Tensor.zeros([2]);
    const program = kernels.record(() => {
      relu(kernels, x, y);
      relu(kernels, y, elsewhere);
      kernels.elementwise({ y }, (of) => ({ x: square(of.y) }), { x });
      kernels.clear(y);
    });
    expect(program.onReference).toEqual(['elementwise']);
    program.run();
    expect([...elsewhere.data, ...x.data, ...y.data]).toEqual([1, 0, 1, 0, 0, 0]);
  });

  test('holds no other, and a recording that fails leaves none behind', () => {
    const record = (): void => {
      kernels.record(() => {
        kernels.record(() => undefined);
      });
    };
    expect(record).toThrow('expected no recording within another');
    expect(record).toThrow('expected no recording within another');
    expect(kernels.record(() => undefined).onReference).toEqual([]);
  });
});

/** Two convolutions forward and backward, for `samples` samples; gives all results. */
function trainingPass(k: Kernels, samples: number): { run: () => void; results: Tensor[] } {
  const options = { windowSize: [3, 3], strides: [1, 1], padding: 'valid' } as const;
  const [g1, g2] = [
    windowGeometry([9, 9, 2], options, ''),
    windowGeometry([7, 7, 18], options, ''),
  ];
  const [x, w1, b1] = [make(k, [samples, 9, 9, 2]), make(k, [3, 3, 2, 18]), make(k, [18])];
  const [z1, y1, w2] = [
    make(k, [samples, 7, 7, 18]),
    make(k, [samples, 7, 7, 18]),
    make(k, [3, 3, 18, 7]),
  ];
  const [y2, d2] = [make(k, [samples, 5, 5, 7]), make(k, [samples, 5, 5, 7])];
  const [dW2, d1, e1, dW1, dB1] = [
    make(k, [3, 3, 18, 7]),
    make(k, [samples, 7, 7, 18]),
    make(k, [samples, 7, 7, 18]),
    make(k, [3, 3, 2, 18]),
    make(k, [18]),
  ];
  const [sum, squares] = [make(k, [18]), make(k, [18])];
  const rows = make(k, [samples, 7, 7, 1]);
  const [scales, mixed] = [make(k, [18]), make(k, e1.shape)];
  const program = k.record(() => {
    k.conv2d(x, w1, b1, z1, g1);
    relu(k, z1, y1);
    k.conv2d(y1, w2, null, y2, g2);
    for (const gradient of [dW1, dB1, dW2]) k.clear(gradient);
    k.conv2dKernelGradient(d2, y1, dW2, g2);
    k.conv2dInputGradient(d2, w2, d1, g2);
    reluGradient(k, y1, d1, e1);
    k.conv2dKernelGradient(e1, x, dW1, g1);
    k.biasGradient(e1, dB1);
    k.channelSums({ e: e1 }, ({ e }) => ({ sum: e, squares: square(e) }), { sum, squares });
    k.rowSums({ e: e1, b: perChannel(b1) }, ({ e, b }) => ({ rows: e.times(b) }), { rows });
    k.elementwise(
      { b: b1 },
      ({ b }) => ({ scales: tanh(b.times(b)) }),
      { scales },
      { over: 'weights' },
    );
    k.elementwise(
      { e: e1, scale: perChannel(scales), row: perRow(rows) },
      ({ e, scale, row }) => ({ mixed: e.times(scale).plus(exp(row)) }),
      { mixed },
    );
  });
  return {
    run: () => {
      program.run();
    },
    results: [y2, dW2, e1, dW1, dB1, sum, squares, rows, mixed],
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: FloatArray): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

describe('threads', () => {
  test.each([1, 2, 3, 7, 8, 9, 40])(
    'change no bit of the results for %i samples',
    async (samples) => {
      const alone = trainingPass(kernels, samples);
      alone.run();
      for (const count of [2, 4]) {
        const engine = new Engine('simd', count);
        const pass = trainingPass(trainingKernels(engine), samples);
        const words = new Int32Array(engine.memory.memory.buffer, engine.threads.control);
        // Helpers start after some milliseconds of work; then some must have been in the runs. On a
        // busy machine they are seldom there, and once has to do.
        const patience = performance.now() + 20_000;
        let together = 0;
        while (together < (performance.now() < patience ? 3 : 1)) {
          // Back to back, so that helpers stay awake.
          for (let i = 0; i < 50; i++) pass.run();
          const isTogether = Atomics.load(words, AWAKE / 4) !== 0;
          for (const { data } of pass.results) data.fill(NaN);
          pass.run();
          if (isTogether) together += 1;
          // At once, since toEqual looks at each number by itself.
          const differing = pass.results.filter(
            ({ data }, i) => !bytesOf(data).equals(bytesOf(alone.results[i]!.data)),
          );
          expect(differing).toEqual([]);
          // Lets threads that want to start have the cores.
          if (together === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        }
      }
    },
  );
});
