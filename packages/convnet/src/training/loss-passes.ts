/**
 * Passes of a batch through a network and its loss, forward or also backward. Each is recorded
 * once for a number of samples and then run on whatever lies in its input.
 */
import type { Program, Tensor } from '@convnet/tensor';
import type { BatchTargets, PreparedTargets } from '../losses/loss.ts';
import { sumOf } from '../losses/sum-of.ts';
import { countCorrect } from '../metrics/count-correct.ts';
import type { Network } from '../model/network.ts';
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
  readonly input: Tensor;
  readonly targets: BatchTargets;
  readonly losses: Tensor;
  /** Known once the program was recorded, or has run. */
  logits?: Tensor;
}

/** The passes of one compiled network. */
export class LossPasses {
  readonly #passes = new Map<string, Pass>();

  /** Computes the loss of the samples `indices`, and with `backward` the parameters' gradients. */
  run(
    model: Network,
    { samples, targets }: LabelledSamples,
    indices: Uint32Array,
    backward?: Backward,
  ): PassResult {
    const key = `${indices.length} ${JSON.stringify(backward)}`;
    let pass = this.#passes.get(key);
    if (!pass) {
      pass = recordPass(model, targets, indices.length, backward);
      this.#passes.set(key, pass);
    }
    samples.readSamples(indices, pass.input.data);
    targets.pick(indices, pass.targets);
    pass.program.run();
    const lossSum = sumOf(pass.losses.data);
    return { lossSum, correct: countCorrect(model, pass.logits!, targets.labels, indices) };
  }
}

function recordPass(
  model: Network,
  targets: PreparedTargets,
  count: number,
  backward: Backward | undefined,
): Pass {
  const { workspace, kernels, parameters } = model;
  const { loss } = model.compiled;
  const input = workspace.tensor('input', count, model.inputShape);
  const room = targets.makeRoom(workspace, count);
  const losses = workspace.tensor('losses', count, []);
  const dLogits = backward && workspace.tensor('dLogits', count, [model.classCount]);
  const pass: Pick<Pass, 'logits'> = {};
  const steps = (): void => {
    const logits = model.forwardToLogits(input, backward !== undefined);
    loss.compute(kernels, logits, room, losses, dLogits ?? null, backward?.scale ?? 1);
    pass.logits = logits;
    if (!backward || !dLogits) return;
    if (!backward.accumulates) for (const { gradient } of parameters) kernels.clear(gradient);
    model.backwardFromLogits(dLogits);
  };
  return Object.assign(pass, { input, targets: room, losses, program: kernels.record(steps) });
}
