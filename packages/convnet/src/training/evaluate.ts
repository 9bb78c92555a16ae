/** Measuring a network without changing it: mean loss and metrics. */
import { OptionError, positiveInteger, signalOption } from '@convnet/tensor';
import { EventLoopTurn } from '../event-loop.ts';
import { confusionCounts, matrixOf, type ConfusionMatrix } from '../metrics/confusion-matrix.ts';
import type { PreparedTargets } from '../losses/loss.ts';
import { DEFAULT_BATCH, pieces } from '../samples/pieces.ts';
import { ReadAhead } from '../samples/read-ahead.ts';
import { lossesOf } from './batch-loss.ts';
import type { Batch, BatchResult } from './batch-passes.ts';
import type { CompiledNetwork } from './compile.ts';
import type { BatchStream } from './labelled-batch.ts';
import type { LabelledSamples } from './labelled-samples.ts';
import { penaltyOfAll } from './penalties.ts';
import type { WeightOptions } from './sample-weights.ts';
import { StreamedBatches } from './streamed-batches.ts';
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

/** Options of `evaluate` for a stream of batches. */
export interface BatchEvaluateOptions extends Omit<EvaluateOptions, 'batchSize' | 'sampleWeight'> {
  /** Batches to evaluate on; by default all that come. */
  readonly steps?: number | undefined;
}

/** What an evaluation comes to, as samples are added. */
export class EvaluationSums {
  readonly #compiled: CompiledNetwork;
  readonly #totals: Totals;
  readonly #pairs: Totals | undefined;
  readonly #classCount: number;
  readonly #turn = new EventLoopTurn();

  constructor(
    compiled: CompiledNetwork,
    targets: PreparedTargets,
    confusionMatrix: boolean | undefined,
  ) {
    const { loss, metrics } = compiled;
    if (confusionMatrix && targets.judges === 'nothing') {
      throw new OptionError(
        `evaluate confusionMatrix: expected a loss that tells classes apart; received ${loss.name}.`,
      );
    }
    this.#compiled = compiled;
    this.#classCount = targets.classCount;
    this.#totals = new Totals(metrics, targets);
    this.#pairs = confusionMatrix ? new Totals([confusionCounts], targets) : undefined;
  }

  async add(data: LabelledSamples, batchSize: number, signal?: AbortSignal): Promise<void> {
    const { network, passes } = this.#compiled;
    const samples = new ReadAhead(data.samples, network.dtype, signal);
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
          judge(this.#compiled, batch),
        );
        this.#totals.addBatch(result, data.targets, indices);
        this.#pairs?.addBatch(result, data.targets, indices);
        if (this.#turn.isOver) await this.#turn.pause();
        signal?.throwIfAborted();
      }
    } finally {
      samples.end();
    }
  }

  get evaluation(): Evaluation {
    const { means } = this.#totals;
    return { ...means, loss: means.loss + penaltyOfAll(this.#compiled.parameters) };
  }

  /** What was asked for. */
  get answer(): Evaluation | EvaluationWithMatrix {
    const { evaluation } = this;
    if (!this.#pairs) return evaluation;
    const confusionMatrix = matrixOf(this.#pairs.state.counts[0]!, this.#classCount);
    return { evaluation, confusionMatrix };
  }
}

/** `model.evaluate`, on samples that are already paired with targets. */
export async function evaluate(
  compiled: CompiledNetwork,
  data: LabelledSamples,
  { batchSize = DEFAULT_BATCH, signal, confusionMatrix = false }: EvaluateOptions,
): Promise<EvaluationSums> {
  positiveInteger(batchSize, 'evaluate batchSize');
  signalOption(signal, 'evaluate');
  const sums = new EvaluationSums(compiled, data.targets, confusionMatrix);
  await sums.add(data, batchSize, signal);
  return sums;
}

/** `model.evaluate`, on the batches of a stream. */
export async function evaluateBatches(
  compiled: CompiledNetwork,
  stream: BatchStream,
  { steps, signal, confusionMatrix = false }: BatchEvaluateOptions,
): Promise<EvaluationSums> {
  if (steps !== undefined) positiveInteger(steps, 'evaluate steps');
  signalOption(signal, 'evaluate');
  const batches = new StreamedBatches(compiled, stream, 'evaluate', { steps, signal });
  return evaluationOf(compiled, batches, { confusionMatrix, signal });
}

/** An evaluation on the batches of an epoch of a stream, as large as they come. */
export async function evaluationOf(
  compiled: CompiledNetwork,
  batches: StreamedBatches,
  { confusionMatrix, signal }: Pick<EvaluateOptions, 'confusionMatrix' | 'signal'>,
  epoch = 0,
): Promise<EvaluationSums> {
  let sums: EvaluationSums | undefined;
  try {
    signal?.throwIfAborted();
    await batches.begin(epoch, 0);
    for (let data = await batches.next(); data; data = await batches.next()) {
      sums ??= new EvaluationSums(compiled, data.targets, confusionMatrix);
      await sums.add(data, DEFAULT_BATCH, signal);
    }
  } catch (error) {
    await batches.end().catch(() => undefined); // The first error is the one to tell.
    throw error;
  }
  await batches.end();
  return sums!;
}

/** The losses and the answers, without gradients. */
function judge(compiled: CompiledNetwork, batch: Batch): BatchResult {
  const logits = compiled.forwardToLogits(batch.input, false);
  return {
    losses: lossesOf(compiled, logits, batch),
    probabilities: compiled.probabilitiesOf(logits),
  };
}
