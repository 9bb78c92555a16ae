/** The loss of a batch and its gradient, each sample's times the sample's weight. */
import { perRow, type Tensor } from '@convnet/tensor';
import type { Loss } from '../losses/loss.ts';
import type { TrainableNetwork } from '../network/trainable-network.ts';
import type { Batch } from './batch-passes.ts';

/** Tensors and kernels to compute the loss with. */
export interface LossContext {
  readonly network: TrainableNetwork;
  readonly loss: Loss;
}

/** The losses of the samples, `[N]`, by kernel calls alone. */
export function lossesOf(context: LossContext, logits: Tensor, batch: Batch): Tensor {
  const losses = context.network.workspace.tensor('losses', logits.shape[0]!, []);
  compute(context, logits, batch, losses, null);
  return losses;
}

/** The same with the gradient of the batch's mean loss by the logits, `[N, K]`. */
export function lossAndGradient(
  context: LossContext,
  logits: Tensor,
  batch: Batch,
): { readonly losses: Tensor; readonly dLogits: Tensor } {
  const { workspace } = context.network;
  const [N, ...sample] = logits.shape;
  const losses = workspace.tensor('losses', N!, []);
  const dLogits = workspace.tensor('dLogits', N!, sample);
  compute(context, logits, batch, losses, dLogits);
  return { losses, dLogits };
}

function compute(
  { network: { kernels, workspace }, loss }: LossContext,
  logits: Tensor,
  { targets, weights, batchSize }: Batch,
  losses: Tensor,
  dLogits: Tensor | null,
): void {
  const scale = 1 / batchSize;
  if (!weights) {
    loss.compute(kernels, logits, targets, losses, dLogits, scale);
    return;
  }
  const [N, ...sample] = logits.shape;
  const plain = workspace.tensor('plainLosses', N!, []);
  const dPlain = dLogits && workspace.tensor('plainDLogits', N!, sample);
  loss.compute(kernels, logits, targets, plain, dPlain, scale);
  kernels.elementwise(
    { loss: plain, weight: weights },
    ({ loss, weight }) => ({ losses: loss.times(weight) }),
    { losses },
  );
  if (dLogits && dPlain) {
    kernels.elementwise(
      { slope: dPlain, weight: perRow(weights.reshape([N!, 1])) },
      ({ slope, weight }) => ({ dLogits: slope.times(weight) }),
      { dLogits },
    );
  }
}
