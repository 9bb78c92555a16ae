import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OptionError, ShapeError } from '../errors.ts';
import { Tensor } from '../tensor.ts';
import { argMax } from './arg-max.ts';
import { classWeights } from './class-weights.ts';
import { oneHot } from './one-hot.ts';

describe('oneHot', () => {
  test('sets one number per row', () => {
    const { data, shape } = oneHot([2, 0], 3);
    expect([...data]).toEqual([0, 0, 1, 1, 0, 0]);
    expect(shape).toEqual([2, 3]);
  });

  test.each([3, -1, 0.5, NaN])('refuses label %d of three classes', (label) => {
    expect(() => oneHot([0, label], 3)).toThrow(OptionError);
    expect(() => classWeights([0, label], 3)).toThrow(
      `classWeights labels: expected whole numbers from 0 to 2; received ${label} at 1.`,
    );
  });

  test('looks at the labels before it makes room for them', () => {
    const endless = new Array<number>(2 ** 32 - 1);
    expect(() => oneHot(endless, 2)).toThrow('received undefined at 0.');
  });

  test('is undone by argMax', () => {
    const labels = [4, 0, 3, 3, 1];
    expect([...argMax(oneHot(labels, 5))]).toEqual(labels);
  });
});

test('classWeights make all classes count the same', () => {
  expect(classWeights([0, 1, 1], 2)).toEqual([1.5, 0.75]);
  expect(classWeights([1, 1], 3)).toEqual([0, 1, 0]);
  expect(classWeights(Uint8Array.of(), 2)).toEqual([0, 0]);
});

describe('argMax', () => {
  const numbers = Tensor.from([
    [
      [1, 5, 2],
      [7, 0, 7],
    ],
    [
      [3, 3, 3],
      [-2, NaN, 9],
    ],
  ]);

  test('goes along any axis, and takes the first of equal ones', () => {
    expect([...argMax(numbers)]).toEqual([1, 0, 0, -1]);
    expect(argMax(numbers, 2)).toEqual(argMax(numbers, -1));
    expect([...argMax(numbers, 1)]).toEqual([1, 0, 1, 0, -1, 1]);
    expect([...argMax(numbers, 0)]).toEqual([1, 0, 1, 0, -1, 1]);
    expect(argMax(numbers, -3)).toEqual(argMax(numbers, 0));
  });

  test('finds what is nowhere exceeded, and is not before', () => {
    const row = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(row, (values) => {
        const [best] = argMax(Tensor.from([values]));
        expect(best).toBe(values.indexOf(Math.max(...values)));
      }),
    );
  });

  test.each([3, -4])('refuses axis %d of three', (axis) => {
    expect(() => argMax(numbers, axis)).toThrow(ShapeError);
  });

  test('refuses what is no tensor, and what has nothing to be largest', () => {
    expect(() => argMax([1, 2] as never)).toThrow('argMax: expected a tensor; received [1,2].');
    expect(() => argMax(Tensor.zeros([2, 0]))).toThrow(ShapeError);
    expect(() => argMax(numbers, 0.5)).toThrow(OptionError);
  });
});
