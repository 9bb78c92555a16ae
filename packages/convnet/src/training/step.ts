/**
 * One step of training: how a network learns from a batch of samples.
 *
 *     forward     input → layer 1 → layer 2 → … → logits
 *     loss        how wrong the logits are, and the gradient of that
 *     backward    dInput ← layer 1 ← layer 2 ← … ← dLogits, and the gradients of all parameters
 *     penalties   what regularizers add to those gradients
 *     clip        scale down gradients that are too large
 *     update      θ ← θ − learningRate · gradient, or what else the optimizer makes of it
 *
 * The first four are kernel calls alone: {@link computeGradients} is recorded once for a batch size
 * and then runs on batch after batch. `find-non-finite.ts` runs the same function and looks on.
 */
import type { Observer } from '../network/forward-pass.ts';
import { lossAndGradient } from './batch-loss.ts';
import { piecesOf, type Batch, type BatchResult } from './batch-passes.ts';
import type { CompiledNetwork } from './compile.ts';
import { gradientTotals } from './gradient-totals.ts';
import type { LabelledSamples } from './labelled-samples.ts';
import { addPenaltyGradients, penaltyOfAll } from './penalties.ts';
import { takeSnapshot, type Snapshot } from './snapshot.ts';
import type { Totals } from './totals.ts';

/** From a batch to the gradients of all parameters; those of several pieces of a batch add up. */
export function computeGradients(
  compiled: CompiledNetwork,
  batch: Batch,
  observe?: Observer,
): BatchResult {
  const { kernels, layers, parameters } = compiled.network;
  const logits = compiled.forwardToLogits(batch.input, true, observe);
  const { losses, dLogits } = lossAndGradient(compiled, logits, batch);
  observe?.(layers.at(-1)!, 'loss', losses);
  if (batch.isFirst) for (const { gradient } of parameters) kernels.clear(gradient);
  compiled.backwardFromLogits(dLogits, false, observe);
  if (batch.isFirst) addPenaltyGradients(compiled.trainedLayers, kernels, observe);
  const isMeasured = compiled.metrics.length > 0;
  return { losses, probabilities: isMeasured ? compiled.probabilitiesOf(logits) : undefined };
}

/** The outcome of a step. */
export interface StepOutcome {
  /** False if the loss, or a gradient that was watched, is not finite: then nothing has changed. */
  readonly isMade: boolean;
  /** The layers before the step. */
  readonly before: Snapshot;
}

/**
 * Trains on `data`, as one batch, and adds its loss and metrics to `totals`.
 *
 * A large batch is computed piece by piece, so that memory does not grow with it; since gradients
 * add up, the step is the same.
 * @param watchesGradients - also skip the step if a gradient is not finite.
 */
export function trainingStep(
  compiled: CompiledNetwork,
  data: LabelledSamples,
  totals: Totals,
  watchesGradients = false,
): StepOutcome {
  const { network, optimizer, parameters, passes } = compiled;
  const { kernels } = network;
  const before = takeSnapshot(network.layers);
  let loss = 0;
  const addUp = gradientTotals(parameters);
  for (const piece of piecesOf(network, data)) {
    addUp();
    const result = passes.run('training', data, piece, (batch) =>
      computeGradients(compiled, batch),
    );
    loss += totals.addBatch(result, data.targets, piece.indices);
  }
  addUp(true);
  const penalty = data.indices.length * penaltyOfAll(parameters);
  totals.addPenalty(penalty);
  const areFinite = (): boolean =>
    parameters.every(({ gradient }) => Number.isFinite(kernels.sumOfSquares(gradient)));
  const isMade = Number.isFinite(loss + penalty) && (!watchesGradients || areFinite());
  if (isMade) optimizer.apply(parameters, kernels);
  else before.restoreState();
  return { isMade, before };
}
