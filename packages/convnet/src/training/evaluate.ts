/** Measuring a network without changing it: mean loss and metrics. */
import { checkCount } from '../samples/check-count.ts';
import { DEFAULT_BATCH, pieces } from '../samples/pieces.ts';
import { lossesOf } from './batch-loss.ts';
import type { Batch, BatchResult } from './batch-passes.ts';
import type { CompiledNetwork } from './compile.ts';
import { EventLoopTurn } from './event-loop.ts';
import type { LabelledSamples } from './labelled-samples.ts';
import { penaltyOfAll } from './penalties.ts';
import { Totals } from './totals.ts';

/** Options of `evaluate`. */
export interface EvaluateOptions {
  /** Samples computed at once; results do not depend on it. Default 128. */
  readonly batchSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Mean loss, and the metrics that `compile` was given, such as `accuracy`. */
export interface Evaluation {
  readonly loss: number;
  readonly [metric: string]: number;
}

/** What `model.evaluate` does, on samples that are paired already. */
export async function evaluate(
  compiled: CompiledNetwork,
  data: LabelledSamples,
  { batchSize = DEFAULT_BATCH, signal }: EvaluateOptions,
): Promise<Evaluation> {
  checkCount(batchSize, 'evaluate batchSize');
  const { network, metrics, passes } = compiled;
  const turn = new EventLoopTurn();
  const totals = new Totals(metrics, data.targets.classCount);
  for (const { start, count } of pieces(data.indices.length, batchSize)) {
    const indices = data.indices.subarray(start, start + count);
    const piece = { indices, batchSize: count, isFirst: true };
    const result = passes.run('evaluation', data, piece, (batch) => judge(compiled, batch));
    totals.addBatch(result, data.targets, indices);
    if (turn.isOver) await turn.pause();
    signal?.throwIfAborted();
  }
  const { means } = totals;
  return { ...means, loss: means.loss + penaltyOfAll(network.parameters) };
}

/** The losses and the answers, without gradients. */
function judge(compiled: CompiledNetwork, batch: Batch): BatchResult {
  const logits = compiled.forwardToLogits(batch.input, false);
  return {
    losses: lossesOf(compiled, logits, batch),
    probabilities: compiled.probabilitiesOf(logits),
  };
}
