/**
 * Softmax, alone and fused with cross-entropy, over the rows of `[N, K]`.
 *
 *     softmax(z)[k] = exp(z[k] − m) / Σ_j exp(z[j] − m)        m = max(z), against overflow
 *     loss(z, t)    = −Σ_k t[k] · log softmax(z)[k] = (log Σ_j exp(z[j] − m) + m) Σ t − Σ_k t[k] z[k]
 *
 * Fused, the gradient is as simple as can be, `d loss / d z = softmax(z) Σ t − t`, and the loss
 * stays finite where a probability underflows to 0.
 */
import type { Tensor } from '../tensor.ts';

/** Largest of the K logits from `row`, and the sum of their exponentials relative to it. */
function logSumExp(z: Tensor, row: number, K: number): { max: number; sum: number } {
  let max = -Infinity;
  for (let k = 0; k < K; k++) max = Math.max(max, z.data[row + k]!);
  let sum = 0;
  for (let k = 0; k < K; k++) sum += Math.exp(z.data[row + k]! - max);
  return { max, sum };
}

/** Probabilities of each row of `logits`. */
export function softmax(logits: Tensor, output: Tensor): void {
  const K = logits.shape.at(-1)!;
  for (let row = 0; row < logits.size; row += K) {
    const { max, sum } = logSumExp(logits, row, K);
    for (let k = 0; k < K; k++) output.data[row + k] = Math.exp(logits.data[row + k]! - max) / sum;
  }
}

/** `dLogits[k] = output[k] · (dOutput[k] − Σ_j output[j] · dOutput[j])`. */
export function softmaxGradient(output: Tensor, dOutput: Tensor, dLogits: Tensor): void {
  const K = output.shape.at(-1)!;
  for (let row = 0; row < output.size; row += K) {
    let dot = 0;
    for (let k = 0; k < K; k++) dot += output.data[row + k]! * dOutput.data[row + k]!;
    for (let k = 0; k < K; k++) {
      dLogits.data[row + k] = output.data[row + k]! * (dOutput.data[row + k]! - dot);
    }
  }
}

/** Cross-entropy of each row; `dLogits` receives `scale` times the gradient of their sum. */
export function softmaxCrossEntropy(
  logits: Tensor,
  targets: Tensor | Int32Array,
  losses: Tensor,
  dLogits: Tensor | null,
  scale: number,
): void {
  const [N, K] = logits.shape as [number, number];
  for (let n = 0; n < N; n++) {
    const row = n * K;
    const target = (k: number): number =>
      targets instanceof Int32Array ? Number(targets[n] === k) : targets.data[row + k]!;
    const { max, sum } = logSumExp(logits, row, K);
    let mass = 0;
    let loss = 0;
    for (let k = 0; k < K; k++) {
      mass += target(k);
      loss -= target(k) * (logits.data[row + k]! - max);
    }
    losses.data[n] = loss + mass * Math.log(sum);
    if (!dLogits) continue;
    for (let k = 0; k < K; k++) {
      const probability = Math.exp(logits.data[row + k]! - max) / sum;
      dLogits.data[row + k] = scale * (mass * probability - target(k));
    }
  }
}
