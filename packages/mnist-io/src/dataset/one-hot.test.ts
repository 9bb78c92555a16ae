import { describe, expect, it } from 'vitest';
import { DatasetError } from '../errors.ts';
import { oneHot } from './one-hot.ts';

describe('oneHot', () => {
  it('sets one number per row', () => {
    expect([...oneHot([2, 0], 3)]).toEqual([0, 0, 1, 1, 0, 0]);
  });

  it.each([3, -1, 0.5])('refuses label %d of three classes', (label) => {
    expect(() => oneHot([0, label], 3)).toThrow(DatasetError);
  });
});
