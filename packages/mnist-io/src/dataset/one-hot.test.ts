import { describe, expect, test } from 'vitest';
import { DatasetError } from '../errors.ts';
import { oneHot } from './one-hot.ts';

describe('oneHot', () => {
  test('sets one number per row', () => {
    expect([...oneHot([2, 0], 3)]).toEqual([0, 0, 1, 1, 0, 0]);
  });

  test.each([3, -1, 0.5])('refuses label %d of three classes', (label) => {
    expect(() => oneHot([0, label], 3)).toThrow(DatasetError);
  });

  test('looks at the labels before it makes room for them', () => {
    const endless = new Array<number>(2 ** 32 - 1);
    expect(() => oneHot(endless, 2)).toThrow('received undefined at 0.');
  });
});
