/**
 * Passes of a batch through a network and its loss, forward or also backward. Each is recorded
 * once for a number of samples and then run on whatever lies in its input.
 */
import type { Program, Tensor } from '@convnet/tensor';
import type { BatchTargets, PreparedTargets } from '../losses/loss.ts';
import { sumOf } from '../losses/sum-of.ts';
import { countCorrect } from '../metrics/count-correct.ts';
import type { Network } from '../model/network.ts';
import { addPenaltyGradients } from '../regularizers.ts';
import { BatchInput } from '../samples/batch-input.ts';
import type { LabelledSamples } from './labelled-samples.ts';

/** Loss, summed over the samples, and how many of them were classified right. */
export interface PassResult {
  readonly lossSum: number;
  readonly correct: number;
}

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

  /** Computes the loss of the samples `indices`, and with `backward` the parameters' gradients. */
  run(
    model: Network,
    { samples, targets, epoch }: LabelledSamples,
    indices: Uint32Array,
    backward?: Backward,
  ): PassResult {
    let pass = this.#passes.find(
      (kept) =>
        kept.count === indices.length &&
        kept.input.suits(samples) &&
        kept.backward?.scale === backward?.scale &&
        kept.backward?.accumulates === backward?.accumulates,
    );
    if (!pass) {
      const input = new BatchInput(model.workspace, samples, model.inputShape, indices.length);
      pass = recordPass(model, input, targets, backward);
      this.#passes.push(pass);
    }
    pass.input.fill(samples, indices, epoch);
    targets.pick(indices, pass.targets);
    pass.program.run();
    const lossSum = sumOf(pass.losses.data);
    return { lossSum, correct: countCorrect(model, pass.logits!, targets.labels, indices) };
  }
}

function recordPass(
  model: Network,
  input: BatchInput,
  targets: PreparedTargets,
  backward: Backward | undefined,
): Pass {
  const { workspace, kernels, parameters } = model;
  const { loss } = model.compiled;
  const count = input.tensor.shape[0]!;
  const room = targets.makeRoom(workspace, count);
  const losses = workspace.tensor('losses', count, []);
  const dLogits = backward ? workspace.tensor('dLogits', count, [model.classCount]) : null;
  const pass: Pick<Pass, 'logits'> = {};
  const program = kernels.record(() => {
    input.record(kernels);
    const logits = model.forwardToLogits(input.tensor, backward !== undefined);
    loss.compute(kernels, logits, room, losses, dLogits, backward?.scale ?? 1);
    pass.logits = logits;
    if (!backward || !dLogits) return;
    if (!backward.accumulates) for (const { gradient } of parameters) kernels.clear(gradient);
    model.backwardFromLogits(dLogits);
    if (!backward.accumulates) addPenaltyGradients(parameters, kernels);
  });
  return Object.assign(pass, { input, targets: room, losses, count, backward, program });
}
