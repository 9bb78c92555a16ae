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
  readonly #targets: { readonly classCount: number | undefined };
  #counts: readonly Float64Array[] | undefined;
  #lossSum = 0;
  #samples = 0;

  /** @param targets - their number of classes, once it is known. */
  constructor(metrics: readonly Metric[], targets: { readonly classCount: number | undefined }) {
    this.#metrics = metrics;
    this.#targets = targets;
  }

  /** Those of each metric; none before the number of classes is known. */
  get #countsOfAll(): readonly Float64Array[] {
    const { classCount } = this.#targets;
    if (classCount === undefined) return this.#counts ?? [];
    return (this.#counts ??= this.#metrics.map(
      (metric) => new Float64Array(metric.countsFor(classCount)),
    ));
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
    const counts = this.#countsOfAll;
    for (const [i, metric] of this.#metrics.entries()) metric.add(counts[i]!, batch);
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
    const counts = this.#countsOfAll;
    const { classCount } = this.#targets;
    const values = this.#metrics.map(
      (metric, i) => [metric.name, metric.value(counts[i]!, classCount!)] as const,
    );
    return { loss: this.#lossSum / this.#samples, ...Object.fromEntries(values) };
  }

  get state(): TotalsState {
    return {
      lossSum: this.#lossSum,
      samples: this.#samples,
      counts: this.#countsOfAll.map((counts) => [...counts]),
    };
  }

  set state({ lossSum, samples, counts }: TotalsState) {
    this.#lossSum = lossSum;
    this.#samples = samples;
    if (counts.length > 0) this.#counts = counts.map((kept) => Float64Array.from(kept));
  }
}
