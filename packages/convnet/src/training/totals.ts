/** Running sums over the samples of an epoch or an evaluation, and the means they come to. */
import { sumOf, type PreparedTargets } from '../losses/loss.ts';
import { classifiedBatch } from '../metrics/classified-batch.ts';
import type { Metric } from '../metrics/metric.ts';
import type { BatchResult } from './batch-passes.ts';

/** {@link Totals} as JSON, which keeps float64 numbers exactly. */
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

  /**
   * Adds the samples `indices`, and shows them to the metrics.
   * @returns the sum of their losses.
   */
  addBatch(
    { losses, probabilities }: BatchResult,
    targets: PreparedTargets,
    indices: Uint32Array,
  ): number {
    const lossSum = sumOf(losses.data);
    this.#lossSum += lossSum;
    this.#samples += indices.length;
    if (!probabilities || this.#metrics.length === 0) return lossSum;
    const batch = classifiedBatch(probabilities.data, targets, indices);
    for (const [i, metric] of this.#metrics.entries()) metric.add(this.#counts[i]!, batch);
    return lossSum;
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
  get means(): { readonly loss: number; readonly [metric: string]: number } {
    const values = this.#metrics.map(
      (metric, i) => [metric.name, metric.value(this.#counts[i]!, this.#classCount)] as const,
    );
    return { loss: this.#lossSum / this.#samples, ...Object.fromEntries(values) };
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
