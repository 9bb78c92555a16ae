/** How many samples of a batch a network classifies right. */
import type { Tensor } from '@convnet/tensor';
import type { Network } from '../model/network.ts';

/** Counts the rows of `scores` `[N, K]` whose largest element is at the right label. */
export function countCorrect(
  model: Network,
  scores: Tensor,
  labels: Int32Array,
  indices: Uint32Array,
): number {
  const guesses = model.workspace.indices('guesses', indices.length, []);
  model.kernels.argmaxRows(scores, guesses);
  let correct = 0;
  for (let i = 0; i < indices.length; i++) {
    if (guesses[i] === labels[indices[i]!]) correct++;
  }
  return correct;
}
