/**
 * Passes of a batch through a network and its loss, forward or also backward. Each is recorded
 * once for a number of samples and then run on whatever lies in its input.
 */
import { math, perRow, type Program, type Tensor } from '@convnet/tensor';
import type { BatchTargets, PreparedTargets } from '../losses/loss.ts';
import { sumOf } from '../losses/sum-of.ts';
import type { ClassifiedBatch } from '../metrics/metric.ts';
import type { Network } from '../model/network.ts';
import { addPenaltyGradients } from '../regularizers.ts';
import { BatchInput } from '../samples/batch-input.ts';
import type { LabelledSamples } from './labelled-samples.ts';
import type { Totals } from './totals.ts';

/** What a backward pass does with the gradients. */
export interface Backward {
  /** Factor of the summed loss: 1 / samples, for the mean over the batch. */
  readonly scale: number;
  /** Add to the gradients that are there, instead of starting from zero. */
  readonly accumulates: boolean;
}

interface Pass {
  readonly program: Program;
  readonly input: BatchInput;
  readonly targets: BatchTargets;
  /** Factors of the samples' losses, `[N]`. */
  readonly weights: Tensor | undefined;
  readonly losses: Tensor;
  readonly count: number;
  readonly backward: Backward | undefined;
  /** Known once the program was recorded, or has run. */
  logits?: Tensor;
}

const product = math.multiply(math.operand(0), math.operand(1));

/** The passes of one compiled network. */
export class LossPasses {
  /** Few: one for the batches of `fit`, one for its last batch, some for `evaluate`. */
  readonly #passes: Pass[] = [];

  /**
   * Computes the loss of the samples `indices`, adds it to `totals`, and with `backward` computes
   * the parameters' gradients.
   * @returns the sum of the samples' losses.
   */
  run(
    model: Network,
    data: LabelledSamples,
    indices: Uint32Array,
    totals: Totals,
    backward?: Backward,
  ): number {
    const { samples, targets, epoch } = data;
    const pass = this.#pass(model, data, indices.length, backward);
    pass.input.fill(samples, indices, epoch);
    targets.pick(indices, pass.targets);
    for (let i = 0; pass.weights && i < indices.length; i++) {
      pass.weights.data[i] = data.weights![indices[i]!]!;
    }
    pass.program.run();
    const lossSum = sumOf(pass.losses.data);
    totals.add(lossSum, indices.length);
    if (targets.judges !== 'nothing') {
      totals.addClassified(classified(model, targets, pass.logits!, indices));
    }
    return lossSum;
  }

  #pass(
    model: Network,
    { samples, targets, weights }: LabelledSamples,
    count: number,
    backward: Backward | undefined,
  ): Pass {
    const kept = this.#passes.find(
      (pass) =>
        pass.count === count &&
        pass.input.suits(samples) &&
        (pass.weights !== undefined) === (weights !== undefined) &&
        pass.backward?.scale === backward?.scale &&
        pass.backward?.accumulates === backward?.accumulates,
    );
    if (kept) return kept;
    const input = new BatchInput(model.workspace, samples, model.inputShape, count);
    const made = recordPass(model, input, targets, weights !== undefined, backward);
    this.#passes.push(made);
    return made;
  }
}

/** What metrics are told of a batch. */
function classified(
  { workspace, kernels }: Network,
  { judges, labels: all, classCount }: PreparedTargets,
  logits: Tensor,
  indices: Uint32Array,
): ClassifiedBatch {
  const each = judges === 'samples' ? 1 : logits.shape[1]!;
  const count = indices.length * each;
  const labels = workspace.indices('rightClasses', count, []);
  for (let i = 0; i < count; i++) {
    labels[i] = all[indices[Math.floor(i / each)]! * each + (i % each)]!;
  }
  const scores = judges === 'samples' ? logits : workspace.tensor('answers', count, [2]);
  // No scores 0 and yes the logit, so that the larger one is on the right side of 0.5.
  if (scores !== logits) logits.data.forEach((logit, i) => (scores.data[2 * i + 1] = logit));
  const guesses = workspace.indices('guesses', count, []);
  kernels.argmaxRows(scores, guesses);
  return { scores: scores.data, labels, guesses, classCount };
}

function recordPass(
  model: Network,
  input: BatchInput,
  targets: PreparedTargets,
  isWeighted: boolean,
  backward: Backward | undefined,
): Pass {
  const { workspace, kernels, parameters, classCount } = model;
  const count = input.tensor.shape[0]!;
  const room = targets.makeRoom(workspace, count);
  const losses = workspace.tensor('losses', count, []);
  const dLogits = backward ? workspace.tensor('dLogits', count, [classCount]) : null;
  const weights = isWeighted ? workspace.tensor('weights', count, []) : undefined;
  const pass: Pick<Pass, 'logits'> = {};
  const program = kernels.record(() => {
    input.record(kernels);
    const logits = model.forwardToLogits(input.tensor, backward !== undefined);
    pass.logits = logits;
    const scale = backward?.scale ?? 1;
    if (weights) weightedLoss(model, logits, room, losses, dLogits, scale, weights);
    else model.compiled.loss.compute(kernels, logits, room, losses, dLogits, scale);
    if (!backward || !dLogits) return;
    if (!backward.accumulates) for (const { gradient } of parameters) kernels.clear(gradient);
    model.backwardFromLogits(dLogits);
    if (!backward.accumulates) addPenaltyGradients(parameters, kernels);
  });
  return Object.assign(pass, { input, targets: room, weights, losses, count, backward, program });
}

/** The loss and its gradient, each sample's times its weight. */
function weightedLoss(
  { compiled, kernels, workspace, classCount }: Network,
  logits: Tensor,
  targets: BatchTargets,
  losses: Tensor,
  dLogits: Tensor | null,
  scale: number,
  weights: Tensor,
): void {
  const count = losses.size;
  const plain = workspace.tensor('plainLosses', count, []);
  const plainGradient = workspace.tensor('plainDLogits', count, [classCount]);
  compiled.loss.compute(kernels, logits, targets, plain, dLogits && plainGradient, scale);
  kernels.elementwise([product], [plain, weights], [losses]);
  if (dLogits)
    kernels.elementwise(
      [product],
      [plainGradient, perRow(weights.reshape([weights.size, 1]))],
      [dLogits],
    );
}
