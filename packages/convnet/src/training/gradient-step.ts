/**
 * One optimizer step on one batch:
 *
 *     forward → loss → backward → clip and update
 *
 * A batch larger than {@link LARGEST_PIECE} is computed piece by piece; since gradients add up,
 * the step is the same, and memory does not grow with the batch; but not if a layer, such as batch
 * normalisation, looks at the batch as a whole. Regularizers add to the loss and to the gradients.
 * Where the loss is not a finite number, the gradients are not either: the network then stays as it
 * is.
 */
import type { Network } from '../model/network.ts';
import { keepState } from './kept-state.ts';
import { penaltyOfAll } from '../regularizers.ts';
import type { LabelledSamples } from './labelled-samples.ts';
import type { Totals } from './totals.ts';

/** Most samples whose activations are in memory at once. */
const LARGEST_PIECE = 256;

/** How many samples of a batch of `count` are computed at once. */
export const largestPiece = (model: Network, count: number): number =>
  model.usesWholeBatch ? count : LARGEST_PIECE;

/**
 * Trains on the samples `indices`, as one batch, and adds what it came to to `totals`.
 * @param watchesGradients - also leave the parameters as they are where a gradient is not finite.
 * @returns whether all that was looked at is finite, and so the step was made.
 */
export function gradientStep(
  model: Network,
  data: LabelledSamples,
  indices: Uint32Array,
  totals: Totals,
  watchesGradients: boolean,
): boolean {
  const { parameters, kernels, compiled } = model;
  const restoreState = keepState(model.layers);
  let lossSum = 0;
  const most = largestPiece(model, indices.length);
  for (let start = 0; start < indices.length; start += most) {
    const piece = indices.subarray(start, start + most);
    const backward = { scale: 1 / indices.length, accumulates: start > 0 };
    lossSum += compiled.passes.run(model, data, piece, totals, backward);
  }
  // The weights of the pass, as in the loss; the optimizer changes them.
  const penalty = indices.length * penaltyOfAll(parameters);
  totals.addPenalty(penalty);
  const isFinite =
    Number.isFinite(lossSum + penalty) &&
    !(
      watchesGradients &&
      parameters.some(({ gradient }) => !Number.isFinite(kernels.sumOfSquares(gradient)))
    );
  if (isFinite) compiled.optimizer.apply(parameters, kernels);
  else restoreState();
  return isFinite;
}
