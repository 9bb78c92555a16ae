/** Measuring a network without changing it: mean loss, accuracy and other metrics. */
import type { Network } from '../model/network.ts';
import { penaltyOfAll } from '../regularizers.ts';
import { EventLoopTurn } from './event-loop.ts';
import { checkCount } from '../samples/check-count.ts';
import type { LabelledSamples } from './labelled-samples.ts';
import { DEFAULT_BATCH, pieces } from '../samples/pieces.ts';
import { Totals } from './totals.ts';

/** Options of `evaluate` and `predict`. */
export interface EvaluateOptions {
  /** Samples computed at once; results do not depend on it. Default 128. */
  readonly batchSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Mean loss, and share of samples classified right (0 … 1). */
export interface Evaluation {
  readonly loss: number;
  readonly accuracy: number;
  /** Metrics that `compile` was given. */
  readonly [metric: string]: number;
}

/** What `model.evaluate` does, on samples that are paired already. */
export async function evaluate(
  model: Network,
  data: LabelledSamples,
  { batchSize = DEFAULT_BATCH, signal }: EvaluateOptions,
): Promise<Evaluation> {
  checkCount(batchSize, 'evaluate batchSize');
  const { indices } = data;
  const turn = new EventLoopTurn();
  const { passes, metrics } = model.compiled;
  const totals = new Totals(metrics, data.targets.classCount);
  for (const { start, count } of pieces(indices.length, batchSize)) {
    const batch = indices.subarray(start, start + count);
    passes.run(model, data, batch, totals);
    if (turn.isOver) await turn.pause();
    signal?.throwIfAborted();
  }
  const { means } = totals;
  return { ...means, loss: means.loss + penaltyOfAll(model.parameters) };
}
