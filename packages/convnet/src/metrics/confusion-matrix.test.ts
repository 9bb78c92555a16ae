import { ShapeError, Tensor } from '@convnet/tensor';
import { expect, test } from 'vitest';
import { confusionMatrix, predictedClasses } from './confusion-matrix.ts';

/** Predictions that are sure of these classes. */
function sureOf(classes: readonly number[], K: number): Tensor {
  const predictions = Tensor.zeros([classes.length, K]);
  for (const [n, k] of classes.entries()) predictions.data[n * K + k] = 1;
  return predictions;
}

test('counts, accuracy, precision and recall', () => {
  const matrix = confusionMatrix([0, 0, 0, 1, 1, 2], sureOf([0, 0, 1, 1, 0, 1], 4));
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

test('of equal probabilities, the first class is predicted', () => {
  expect([
    ...predictedClasses(
      Tensor.from([
        [0.2, 0.4, 0.4],
        [0, 0, 0],
      ]),
    ),
  ]).toEqual([1, 0]);
});

test('what does not pair up is refused', () => {
  const predictions = sureOf([0, 1], 2);
  expect(() => confusionMatrix([0], predictions)).toThrow(ShapeError);
  expect(() => confusionMatrix([0, 2], predictions)).toThrow(
    'confusionMatrix labels[1]: expected a class from 0 to 1; received 2.',
  );
  expect(() => predictedClasses(Tensor.zeros([3]))).toThrow('expected predictions [N, K]');
});
