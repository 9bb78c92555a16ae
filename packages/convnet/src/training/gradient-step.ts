/**
 * One optimizer step on one batch:
 *
 *     zero the gradients → forward → loss → backward → clip and update
 *
 * A batch larger than {@link LARGEST_PIECE} is computed piece by piece; since gradients add up,
 * the step is the same, and memory does not grow with the batch.
 */
import type { PreparedTargets } from '../losses/loss.ts';
import { countCorrect } from '../metrics/count-correct.ts';
import type { Network } from '../model/network.ts';
import type { SampleSource } from './samples.ts';

/** Most samples whose activations are in memory at once. */
const LARGEST_PIECE = 256;

/** Loss, summed over the batch, and how many of its samples were classified right. */
export interface StepResult {
  readonly lossSum: number;
  readonly correct: number;
}

/** Makes steps on batches of one data set. */
export class GradientStep {
  readonly #model: Network;
  readonly #samples: SampleSource;
  readonly #targets: PreparedTargets;

  constructor(model: Network, samples: SampleSource, targets: PreparedTargets) {
    this.#model = model;
    this.#samples = samples;
    this.#targets = targets;
  }

  /** Trains on the samples `indices`, as one batch. */
  run(indices: Uint32Array): StepResult {
    const { parameters, kernels, compiled } = this.#model;
    for (const { gradient } of parameters) gradient.data.fill(0);
    let lossSum = 0;
    let correct = 0;
    for (let start = 0; start < indices.length; start += LARGEST_PIECE) {
      const piece = indices.subarray(start, start + LARGEST_PIECE);
      const result = this.#accumulate(piece, 1 / indices.length);
      lossSum += result.lossSum;
      correct += result.correct;
    }
    compiled.optimizer.apply(parameters, kernels);
    return { lossSum, correct };
  }

  /** Adds to the gradients `scale` times the gradient of the summed loss of `indices`. */
  #accumulate(indices: Uint32Array, scale: number): StepResult {
    const model = this.#model;
    const input = model.workspace.tensor('input', indices.length, model.inputShape);
    this.#samples.readSamples(indices, input.data);
    const logits = model.forwardToLogits(input, true);
    const dLogits = model.workspace.tensor('dLogits', indices.length, [model.classCount]);
    const lossSum = this.#targets.lossOf(
      model.kernels,
      model.workspace,
      indices,
      logits,
      dLogits,
      scale,
    );
    const correct = countCorrect(model, logits, this.#targets.labels, indices);
    model.backwardFromLogits(dLogits);
    return { lossSum, correct };
  }
}
