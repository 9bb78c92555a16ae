/** Running sums over the samples of an epoch or an evaluation, and the means they come to. */
import type { ClassifiedBatch, Metric } from '../metrics/metric.ts';

/** What {@link Totals} are, as JSON; float64 numbers survive that exactly. */
export interface TotalsState {
  readonly lossSum: number;
  readonly samples: number;
  /** Counts of each metric, in order. */
  readonly counts: readonly (readonly number[])[];
}

/** See the top of this file. */
export class Totals {
  readonly #metrics: readonly Metric[];
  readonly #classCount: number;
  readonly #counts: Float64Array[];
  #lossSum = 0;
  #samples = 0;

  constructor(metrics: readonly Metric[], classCount: number) {
    this.#metrics = metrics;
    this.#classCount = classCount;
    this.#counts = metrics.map((metric) => new Float64Array(metric.countsFor(classCount)));
  }

  /** Adds a batch of `samples` samples, whose losses add up to `lossSum`. */
  add(lossSum: number, samples: number): void {
    this.#lossSum += lossSum;
    this.#samples += samples;
  }

  /** Shows a batch to the metrics. */
  addClassified(batch: ClassifiedBatch): void {
    for (const [i, metric] of this.#metrics.entries()) metric.add(this.#counts[i]!, batch);
  }

  /** Adds to the losses what regularizers say of the weights, times the samples of the batch. */
  addPenalty(penalty: number): void {
    this.#lossSum += penalty;
  }

  /** Number of samples seen. */
  get samples(): number {
    return this.#samples;
  }

  /** Mean loss and the metrics, by name. */
  get means(): {
    readonly loss: number;
    readonly accuracy: number;
    readonly [metric: string]: number;
  } {
    const values = this.#metrics.map(
      (metric, i) => [metric.name, metric.value(this.#counts[i]!, this.#classCount)] as const,
    );
    return { loss: this.#lossSum / this.#samples, accuracy: NaN, ...Object.fromEntries(values) };
  }

  get state(): TotalsState {
    return {
      lossSum: this.#lossSum,
      samples: this.#samples,
      counts: this.#counts.map((counts) => [...counts]),
    };
  }

  set state({ lossSum, samples, counts }: TotalsState) {
    this.#lossSum = lossSum;
    this.#samples = samples;
    for (const [i, kept] of this.#counts.entries()) kept.set(counts[i] ?? []);
  }
}
