/**
 * Passes of a batch through a network and its loss, forward or also backward. Each is recorded
 * once for a number of samples and then run on whatever lies in its input.
 */
import type { Program, Tensor } from '@convnet/tensor';
import type { BatchTargets, PreparedTargets } from '../losses/loss.ts';
import { sumOf } from '../losses/sum-of.ts';
import type { Network } from '../model/network.ts';
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

/** Factors of the samples' losses: `[N]` and, the same for each class, `[N, K]`. */
interface Weights {
  readonly perSample: Tensor;
  readonly perLogit: Tensor;
}

interface Pass {
  readonly program: Program;
  readonly input: BatchInput;
  readonly targets: BatchTargets;
  readonly weights: Weights | undefined;
  readonly losses: Tensor;
  readonly count: number;
  readonly backward: Backward | undefined;
  /** Known once the program was recorded, or has run. */
  logits?: Tensor;
}

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
    if (pass.weights) fillWeights(pass.weights, data.weights!, indices);
    pass.program.run();
    const lossSum = sumOf(pass.losses.data);
    const guesses = model.workspace.indices('guesses', indices.length, []);
    model.kernels.argmaxRows(pass.logits!, guesses);
    const labels = model.workspace.indices('rightClasses', indices.length, []);
    for (let i = 0; i < indices.length; i++) labels[i] = targets.labels[indices[i]!]!;
    const { classCount } = model;
    totals.add(lossSum, { scores: pass.logits!.data, labels, guesses, classCount });
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
  const weights = isWeighted
    ? {
        perSample: workspace.tensor('weights', count, []),
        perLogit: workspace.tensor('weightsPerLogit', count, [classCount]),
      }
    : undefined;
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
  weights: Weights,
): void {
  const count = losses.size;
  const plain = workspace.tensor('plainLosses', count, []);
  const plainGradient = workspace.tensor('plainDLogits', count, [classCount]);
  compiled.loss.compute(kernels, logits, targets, plain, dLogits && plainGradient, scale);
  kernels.multiply(plain, weights.perSample, losses);
  if (dLogits) kernels.multiply(plainGradient, weights.perLogit, dLogits);
}

function fillWeights(
  { perSample, perLogit }: Weights,
  weights: Float64Array,
  indices: Uint32Array,
): void {
  const classCount = perLogit.shape[1]!;
  for (let i = 0; i < indices.length; i++) {
    const weight = weights[indices[i]!]!;
    perSample.data[i] = weight;
    perLogit.data.fill(weight, i * classCount, (i + 1) * classCount);
  }
}
