/**
 * Convolutions by tiles: near the definition whatever the sizes, the same bits however samples and
 * filters are divided, and never of a kernel that was. `winograd.verify.ts` tries more sizes.
 */
import { describe, expect, test } from 'vitest';
import { createKernels, referenceKernels, Tensor } from '../src/index.ts';
import { Engine } from '../src/wasm/run/engine.ts';
import { trainingKernels } from '../src/wasm/training-kernels.ts';
import {
  bytesOf,
  expectGradientsNearDefinition,
  expectNearDefinition,
  forAnySize,
  givenFor,
  recorded,
  rungs,
  type Case,
} from './winograd-cases.ts';

describe.each(rungs)('%s', (rung) => {
  const kernels = createKernels(rung, { threads: 3 });

  test('any sizes: near the definition', () => {
    forAnySize(15, (c) => {
      expectNearDefinition(kernels, c);
    });
  });

  test('gradients of any sizes: near the definition', () => {
    forAnySize(10, (c) => {
      expectGradientsNearDefinition(kernels, c);
    });
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
