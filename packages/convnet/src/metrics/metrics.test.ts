import { argMax, OptionError, Tensor } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { accuracy, topKAccuracy } from './accuracy.ts';
import { confusionMatrix, predictedClasses } from './confusion-matrix.ts';
import type { ClassifiedBatch, Metric } from './metric.ts';
import { f1Score, precision, recall } from './precision-recall.ts';

/** Three classes, six samples: right are 0, 1 and 4. */
const labels = Int32Array.of(0, 1, 2, 0, 1, 2);
const guesses = Int32Array.of(0, 1, 0, 1, 1, 1);
const probabilities = Float32Array.of(
  ...[0.9, 0.1, 0, 0.2, 0.7, 0.1, 0.5, 0.2, 0.3],
  ...[0.3, 0.6, 0.1, 0.1, 0.8, 0.1, 0.3, 0.5, 0.2],
);

/** The value over two batches of three samples each. */
function measure(metric: Metric): number {
  const counts = new Float64Array(metric.countsFor(3));
  for (const start of [0, 3]) {
    const batch: ClassifiedBatch = {
      probabilities: probabilities.subarray(3 * start, 3 * start + 9),
      labels: labels.subarray(start, start + 3),
      guesses: guesses.subarray(start, start + 3),
      classCount: 3,
    };
    metric.add(counts, batch);
  }
  return metric.value(counts, 3);
}

describe('metrics', () => {
  test.each([
    [accuracy(), 3 / 6],
    [topKAccuracy({ k: 1 }), 3 / 6],
    [topKAccuracy({ k: 2 }), 5 / 6],
    [topKAccuracy({ k: 3 }), 1],
    [precision(), (1 / 2 + 2 / 4 + 0) / 3],
    [recall(), (1 / 2 + 2 / 2 + 0) / 3],
    [f1Score(), (1 / 2 + 2 / 3 + 0) / 3],
    [precision({ average: 'micro' }), 3 / 6],
    [precision({ classId: 1 }), 2 / 4],
    [recall({ classId: 1 }), 1],
    [f1Score({ classId: 1 }), 2 / 3],
  ])('%o is %d', (metric, value) => {
    expect(measure(metric)).toBeCloseTo(value, 12);
  });

  test('a sample whose probabilities are NaN is not right, for any metric', () => {
    const unknown = new Float32Array(9).fill(NaN);
    const counted: ClassifiedBatch = {
      probabilities: unknown,
      labels: Int32Array.of(0, 1, 2),
      guesses: argMax(new Tensor(unknown, [3, 3])),
      classCount: 3,
    };
    const metrics = [accuracy(), topKAccuracy({ k: 1 }), topKAccuracy({ k: 3 }), precision()];
    for (const metric of [...metrics, recall(), f1Score()]) {
      const counts = new Float64Array(metric.countsFor(3));
      metric.add(counts, counted);
      expect(metric.value(counts, 3), metric.name).toBe(0);
    }
    const predictions = new Tensor(Float32Array.of(NaN, 1, 0.2, 0.8), [2, 2]);
    expect([...predictedClasses(predictions)]).toEqual([-1, 1]);
    expect(confusionMatrix([0, 1], predictions).counts).toEqual([
      [0, 0],
      [0, 1],
    ]);
  });

  test('have names, and refuse what cannot be', () => {
    expect(topKAccuracy({ k: 3 }).name).toBe('top3Accuracy');
    expect(recall({ name: 'recallOfOnes', classId: 1 }).name).toBe('recallOfOnes');
    expect(() => topKAccuracy({ k: 0 })).toThrow(OptionError);
    expect(() => precision({ classId: -1 })).toThrow(OptionError);
    expect(() => recall({ average: 'none' as 'macro' })).toThrow(OptionError);
  });
});
