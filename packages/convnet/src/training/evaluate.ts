/** Measuring a network without changing it: mean loss, accuracy, and predictions. */
import { Tensor } from '@convnet/tensor';
import { countCorrect } from '../metrics/count-correct.ts';
import type { Network } from '../model/network.ts';
import { EventLoopTurn } from './event-loop.ts';
import { checkCount, type LabelledSamples } from './labelled-samples.ts';
import { consecutive, sampleSource, type Samples } from './samples.ts';

/** Samples computed at once where the caller does not say. */
const DEFAULT_BATCH = 128;

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
  { samples, targets, indices }: LabelledSamples,
  { batchSize = DEFAULT_BATCH, signal }: EvaluateOptions,
): Promise<Evaluation> {
  checkCount(batchSize, 'evaluate batchSize');
  const turn = new EventLoopTurn();
  let loss = 0;
  let correct = 0;
  for (let start = 0; start < indices.length; start += batchSize) {
    const batch = indices.subarray(start, start + batchSize);
    const input = model.workspace.tensor('input', batch.length, model.inputShape);
    samples.readSamples(batch, input.data);
    const logits = model.forwardToLogits(input, false);
    loss += targets.lossOf(model.kernels, model.workspace, batch, logits, null, 1);
    correct += countCorrect(model, logits, targets.labels, batch);
    if (turn.isOver) await turn.pause();
    signal?.throwIfAborted();
  }
  return { loss: loss / indices.length, accuracy: correct / indices.length };
}

/** What `model.predict` does. */
export function predict(model: Network, x: Samples, batchSize = DEFAULT_BATCH): Tensor {
  checkCount(batchSize, 'predict batchSize');
  const samples = sampleSource(x, model.inputShape, 'predict');
  const predictions = Tensor.zeros([samples.sampleCount, ...model.outputShape], model.dtype);
  for (let start = 0; start < samples.sampleCount; start += batchSize) {
    const count = Math.min(batchSize, samples.sampleCount - start);
    const input = model.workspace.tensor('input', count, model.inputShape);
    samples.readSamples(consecutive(count, start), input.data);
    predictions.rows(start, count).data.set(model.forward(input, false).data);
  }
  return predictions;
}
