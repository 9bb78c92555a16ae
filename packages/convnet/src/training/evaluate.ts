/** Measuring a network without changing it: mean loss and accuracy. */
import type { Network } from '../model/network.ts';
import { penaltyOfAll } from '../regularizers.ts';
import { EventLoopTurn } from './event-loop.ts';
import { checkCount } from '../samples/check-count.ts';
import type { LabelledSamples } from './labelled-samples.ts';
import { DEFAULT_BATCH, pieces } from '../samples/pieces.ts';

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
  let loss = 0;
  let correct = 0;
  for (const { start, count } of pieces(indices.length, batchSize)) {
    const batch = indices.subarray(start, start + count);
    const result = model.compiled.passes.run(model, data, batch);
    loss += result.lossSum;
    correct += result.correct;
    if (turn.isOver) await turn.pause();
    signal?.throwIfAborted();
  }
  const penalty = penaltyOfAll(model.parameters);
  return { loss: loss / indices.length + penalty, accuracy: correct / indices.length };
}
