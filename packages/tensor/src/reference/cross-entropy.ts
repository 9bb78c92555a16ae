/**
 * Cross-entropy fused with softmax, over the rows of `[N, K]`:
 *
 *     loss(z, t) = −Σ_k t[k] · log softmax(z)[k] = (log Σ_j exp(z[j] − m) + m) Σ t − Σ_k t[k] z[k]
 *
 * Fused, the gradient is as simple as can be, `d loss / d z = softmax(z) Σ t − t`, and the loss
 * stays finite where a probability underflows to 0.
 */
import { isTensor, type Tensor } from '../tensor.ts';
import { logSumExp } from './softmax.ts';

/** Cross-entropy of each row; `dLogits` receives `scale` times the gradient of their sum. */
export function softmaxCrossEntropy(
  logits: Tensor,
  targets: Tensor | Int32Array,
  losses: Tensor,
  dLogits: Tensor | null,
  scale: number,
): void {
  const [N, K] = logits.shape as [number, number];
  const distributions = isTensor(targets);
  for (let n = 0; n < N; n++) {
    const row = n * K;
    const target = (k: number): number =>
      distributions ? targets.data[row + k]! : Number(targets[n] === k);
    const { max, sum } = logSumExp(logits, row, K);
    let mass = 0;
    let loss = 0;
    for (let k = 0; k < K; k++) {
      mass += target(k);
      // A class of probability 0 does not count, though its logit may be −∞.
      if (target(k) !== 0) loss -= target(k) * (logits.data[row + k]! - max);
    }
    losses.data[n] = loss + mass * Math.log(sum);
    if (!dLogits) continue;
    for (let k = 0; k < K; k++) {
      const probability = Math.exp(logits.data[row + k]! - max) / sum;
      dLogits.data[row + k] = scale * (mass * probability - target(k));
    }
  }
}
