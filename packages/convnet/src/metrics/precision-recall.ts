/**
 * Precision, recall and F1, from how often each class was right, called and present:
 *
 *     precision of k = right / called      recall of k = right / present
 *     F1 of k = 2 · precision · recall / (precision + recall) = 2 · right / (called + present)
 *
 * Over several classes, `macro` is the mean of the classes' values, and `micro` counts all classes
 * together. A class with nothing to divide by counts as 0, as in Keras and scikit-learn.
 */
import { checkOptions, choiceOption, integerOption } from '@convnet/tensor';
import type { Metric } from './metric.ts';

/** Options of {@link precision}, {@link recall} and {@link f1Score}. */
export interface ClassMetricOptions {
  /** How the classes come together; default `macro`. */
  readonly average?: 'macro' | 'micro';
  /** Only this class. */
  readonly classId?: number;
  readonly name?: string;
}

/** `[right, called, present]`, of one class or of all together. */
type Outcome = readonly [right: number, called: number, present: number];

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** The share of samples called k that are k. @throws OptionError for impossible options. */
export function precision(options: ClassMetricOptions = {}): Metric {
  return classMetric('precision', options, ([right, called]) => ratio(right, called));
}

/** The share of samples that are k that are called k. @throws OptionError for impossible options. */
export function recall(options: ClassMetricOptions = {}): Metric {
  return classMetric('recall', options, ([right, , present]) => ratio(right, present));
}

/** The harmonic mean of precision and recall. @throws OptionError for impossible options. */
export function f1Score(options: ClassMetricOptions = {}): Metric {
  return classMetric('f1Score', options, ([right, called, present]) =>
    ratio(2 * right, called + present),
  );
}

function classMetric(
  kind: string,
  options: ClassMetricOptions,
  value: (outcome: Outcome) => number,
): Metric {
  checkOptions(options, 'average classId name', kind);
  const { average = 'macro', classId, name = kind } = options;
  choiceOption(average, ['macro', 'micro'], `${kind} average`);
  if (classId !== undefined) integerOption(classId, { least: 0 }, `${kind} classId`);
  return {
    name,
    countsFor: (classCount) => 3 * classCount,
    add(counts, { labels, guesses }) {
      for (let n = 0; n < labels.length; n++) {
        const [label, guess] = [labels[n]!, guesses[n]!];
        if (label === guess) counts[3 * label]! += 1;
        if (guess >= 0) counts[3 * guess + 1]! += 1;
        counts[3 * label + 2]! += 1;
      }
    },
    value(counts, classCount) {
      const outcomes = Array.from({ length: classCount }, (_, k): Outcome => [
        counts[3 * k]!,
        counts[3 * k + 1]!,
        counts[3 * k + 2]!,
      ]);
      if (classId !== undefined) return value(outcomes[classId] ?? [0, 0, 0]);
      if (average === 'macro') {
        return outcomes.reduce((sum, outcome) => sum + value(outcome), 0) / classCount;
      }
      const total = (part: 0 | 1 | 2): number =>
        outcomes.reduce((sum, outcome) => sum + outcome[part], 0);
      return value([total(0), total(1), total(2)]);
    },
  };
}
