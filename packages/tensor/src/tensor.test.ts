import { describe, expect, test } from 'vitest';
import { ShapeError } from './errors.ts';
import { formatShape, sameShape, sizeOf, stridesOf } from './shape.ts';
import { Tensor } from './tensor.ts';

describe('shape arithmetic', () => {
  test('sizes, strides, text and equality', () => {
    expect(sizeOf([2, 3, 4])).toBe(24);
    expect(sizeOf([])).toBe(1);
    expect(stridesOf([2, 3, 4])).toEqual([12, 4, 1]);
    expect(formatShape(['N', 28, 28, 1])).toBe('[N, 28, 28, 1]');
    expect(sameShape([2, 3], [2, 3])).toBe(true);
    expect(sameShape([2, 3], [3, 2])).toBe(false);
    expect(sameShape([2], [2, 1])).toBe(false);
  });
});

describe('Tensor', () => {
  test('from nested lists', () => {
    const tensor = Tensor.from([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(tensor.shape).toEqual([2, 3]);
    expect([...tensor.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(tensor.dtype).toBe('float32');
    expect(Tensor.from(5, 'float64')).toMatchObject({ shape: [], dtype: 'float64', size: 1 });
    expect(Tensor.from([]).shape).toEqual([0]);
  });

  test.each([[[[1, 2], [3]]], [[1, [2]]], [[[1], 2]]])('refuses ragged lists %j', (ragged) => {
    expect(() => Tensor.from(ragged as number[])).toThrow(ShapeError);
  });

  test('reshape and rows share the data', () => {
    const tensor = Tensor.zeros([4, 2]);
    tensor.rows(1, 2).data[0] = 7;
    expect(tensor.reshape([8]).data[2]).toBe(7);
    expect(tensor.clone().data).not.toBe(tensor.data);
    expect(tensor.rows(4, 0).shape).toEqual([0, 2]);
  });

  test('errors say what was expected and what came', () => {
    expect(() => new Tensor(new Float32Array(5), [2, 3])).toThrow(
      'Tensor: expected 6 elements for shape [2, 3]; received 5.',
    );
    expect(() => Tensor.zeros([2, 3]).reshape([4])).toThrow(
      'a shape of 6 elements, as [2, 3] has; received [4]',
    );
    expect(() => Tensor.zeros([2, 3]).rows(1, 2)).toThrow('received 1 to 3');
    expect(() => Tensor.zeros([2, -3])).toThrow('received [2, -3]');
    expect(() => Tensor.zeros([2.5])).toThrow('received [2.5]');
    expect(() => Tensor.zeros([2 ** 30, 2 ** 30])).toThrow('too many elements');
  });
});
