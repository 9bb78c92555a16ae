import { describe, expect, test } from 'vitest';
import {
  filterMatrix,
  inputMatrix,
  outputMatrix,
  tilesOver,
  type Matrix,
} from './interpolation.ts';

const product = (matrix: Matrix, vector: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, value, i) => sum + value * vector[i]!, 0));

describe.each([2, 3, 4])('tiles of %i outputs', (outputs) => {
  test('are sums of three products, for every input and tap', () => {
    const inputs = Array.from({ length: outputs + 2 }, (_, i) => i);
    for (const input of inputs) {
      for (const tap of [0, 1, 2]) {
        const d = inputs.map((i) => Number(i === input));
        const w = [0, 1, 2].map((i) => Number(i === tap));
        const transformed = product(filterMatrix, w);
        const y = product(
          outputMatrix(outputs),
          product(inputMatrix(outputs), d).map((value, i) => value * transformed[i]!),
        );
        for (const [i, value] of y.entries())
          expect(value).toBeCloseTo(Number(i + tap === input), 12);
      }
    }
  });

  test('have matrices of float32 numbers', () => {
    for (const value of [...inputMatrix(outputs), ...outputMatrix(outputs)].flat())
      expect(Math.fround(value)).toBe(value);
  });
});

test('tiles cover any number of outputs but one, the largest first', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 9, 10].map((outputs) => tilesOver(outputs).join('+'))).toEqual([
    '',
    '2',
    '3',
    '4',
    '3+2',
    '4+2',
    '4+3',
    '4+3+2',
    '4+4+2',
  ]);
});
