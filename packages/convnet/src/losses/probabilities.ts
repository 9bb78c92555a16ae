/** From logits to outputs: applies the activation that the loss contains. */
import type { Kernels, Tensor } from '@convnet/tensor';
import { logistic } from '../layers/sigmoid.ts';
import type { Loss } from './loss.ts';

/**
 * The network's outputs, by kernel calls alone.
 * @param room - receives them, `[N, K]`; a loss without an activation judges the logits themselves.
 */
export function probabilitiesOf(
  kernels: Kernels,
  { activation }: Loss,
  logits: Tensor,
  room: Tensor,
): Tensor {
  if (activation === undefined) return logits;
  if (activation === 'softmax') kernels.softmax(logits, room);
  else kernels.elementwise({ logits }, (at) => ({ room: logistic(at.logits) }), { room });
  return room;
}
