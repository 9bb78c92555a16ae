/** Measuring a network without changing it: mean loss and metrics. */
import { OptionError, positiveInteger, signalOption } from '@convnet/tensor';
import { EventLoopTurn } from '../event-loop.ts';
import { confusionCounts, matrixOf, type ConfusionMatrix } from '../metrics/confusion-matrix.ts';
import { DEFAULT_BATCH, pieces } from '../samples/pieces.ts';
import { ReadAhead } from '../samples/read-ahead.ts';
import { lossesOf } from './batch-loss.ts';
import type { Batch, BatchResult } from './batch-passes.ts';
import type { CompiledNetwork } from './compile.ts';
import type { LabelledSamples } from './labelled-samples.ts';
import { penaltyOfAll } from './penalties.ts';
import type { WeightOptions } from './sample-weights.ts';
import { Totals } from './totals.ts';

/** Options of `evaluate`. */
export interface EvaluateOptions extends Pick<WeightOptions, 'sampleWeight'> {
  /** Samples computed at once; results do not depend on it. Default 128. */
  readonly batchSize?: number | undefined;
  /** Ends the evaluation, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Also count how often each class was taken for each other one; default false. */
  readonly confusionMatrix?: boolean;
}

/** Mean loss, and the metrics that `compile` was given, such as `accuracy`. */
export interface Evaluation {
  readonly loss: number;
  readonly [metric: string]: number;
}

/** An evaluation, and how often each class was taken for each other one. */
export interface EvaluationWithMatrix {
  readonly evaluation: Evaluation;
  readonly confusionMatrix: ConfusionMatrix;
}

/** `model.evaluate`, on samples that are already paired with targets. */
export async function evaluate(
  compiled: CompiledNetwork,
  data: LabelledSamples,
  options: EvaluateOptions & { readonly confusionMatrix?: false },
): Promise<Evaluation>;
export async function evaluate(
  compiled: CompiledNetwork,
  data: LabelledSamples,
  options: EvaluateOptions,
): Promise<Evaluation | EvaluationWithMatrix>;
export async function evaluate(
  compiled: CompiledNetwork,
  data: LabelledSamples,
  { batchSize = DEFAULT_BATCH, signal, confusionMatrix = false }: EvaluateOptions,
): Promise<Evaluation | EvaluationWithMatrix> {
  positiveInteger(batchSize, 'evaluate batchSize');
  signalOption(signal, 'evaluate');
  const { loss, metrics, passes } = compiled;
  const { targets } = data;
  if (confusionMatrix && targets.judges === 'nothing') {
    throw new OptionError(
      `evaluate confusionMatrix: expected a loss that tells classes apart; received ${loss.name}.`,
    );
  }
  const turn = new EventLoopTurn();
  const totals = new Totals(metrics, targets.classCount);
  const pairs = confusionMatrix && new Totals([confusionCounts], targets.classCount);
  const samples = new ReadAhead(data.samples, compiled.network.dtype, signal);
  const batches = [...pieces(data.indices.length, batchSize)].map(({ start, count }) =>
    data.indices.subarray(start, start + count),
  );
  try {
    for (const [i, indices] of batches.entries()) {
      const following = batches[i + 1];
      const arrival = samples.arrivalOf(indices, following);
      if (arrival) await arrival;
      const piece = { indices, following, batchSize: indices.length, isFirst: true };
      const result = passes.run('evaluation', { ...data, samples }, piece, (batch) =>
        judge(compiled, batch),
      );
      totals.addBatch(result, targets, indices);
      if (pairs) pairs.addBatch(result, targets, indices);
      if (turn.isOver) await turn.pause();
      signal?.throwIfAborted();
    }
  } finally {
    samples.end();
  }
  const { means } = totals;
  const evaluation = { ...means, loss: means.loss + penaltyOfAll(compiled.parameters) };
  if (!pairs) return evaluation;
  return { evaluation, confusionMatrix: matrixOf(pairs.state.counts[0]!, targets.classCount) };
}

/** The losses and the answers, without gradients. */
function judge(compiled: CompiledNetwork, batch: Batch): BatchResult {
  const logits = compiled.forwardToLogits(batch.input, false);
  return {
    losses: lossesOf(compiled, logits, batch),
    probabilities: compiled.probabilitiesOf(logits),
  };
}
