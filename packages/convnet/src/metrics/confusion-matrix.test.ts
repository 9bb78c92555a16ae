import { expect, test } from 'vitest';
import { ConfusionMatrix } from './confusion-matrix.ts';

test('counts, accuracy, precision and recall', () => {
  const matrix = new ConfusionMatrix([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 0, 1], 4);
  expect(matrix.counts).toEqual([
    [2, 1, 0, 0],
    [1, 1, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 0, 0],
  ]);
  expect(matrix.total).toBe(6);
  expect(matrix.accuracy).toBe(0.5);
  expect(matrix.perClass).toEqual([
    { precision: 2 / 3, recall: 2 / 3, support: 3 },
    { precision: 1 / 3, recall: 1 / 2, support: 2 },
    { precision: NaN, recall: 0, support: 1 },
    { precision: NaN, recall: NaN, support: 0 },
  ]);
});
