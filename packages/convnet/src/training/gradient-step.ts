/**
 * One optimizer step on one batch:
 *
 *     forward → loss → backward → clip and update
 *
 * A batch larger than {@link LARGEST_PIECE} is computed piece by piece; since gradients add up,
 * the step is the same, and memory does not grow with the batch; but not if a layer, such as batch
 * normalisation, looks at the batch as a whole. Regularizers add to the loss and to the gradients.
 */
import type { Network } from '../model/network.ts';
import type { LabelledSamples } from './labelled-samples.ts';
import { penaltyOfAll } from '../regularizers.ts';
import type { PassResult } from './loss-passes.ts';

/** Most samples whose activations are in memory at once. */
const LARGEST_PIECE = 256;

/** Trains on the samples `indices`, as one batch. */
export function gradientStep(
  model: Network,
  data: LabelledSamples,
  indices: Uint32Array,
): PassResult {
  const { parameters, kernels, compiled } = model;
  let lossSum = 0;
  let correct = 0;
  const most = model.usesWholeBatch ? indices.length : LARGEST_PIECE;
  for (let start = 0; start < indices.length; start += most) {
    const piece = indices.subarray(start, start + most);
    const backward = { scale: 1 / indices.length, accumulates: start > 0 };
    const result = compiled.passes.run(model, data, piece, backward);
    lossSum += result.lossSum;
    correct += result.correct;
  }
  // The weights of the pass, as in the loss; the optimizer changes them.
  lossSum += indices.length * penaltyOfAll(parameters);
  compiled.optimizer.apply(parameters, kernels);
  return { lossSum, correct };
}
