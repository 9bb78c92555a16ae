/**
 * Softmax over the rows of `[N, K]`.
 *
 *     softmax(z)[k] = exp(z[k] − m) / Σ_j exp(z[j] − m)        m = max(z), against overflow
 */
import type { Tensor } from '../tensor.ts';

/** Largest of the K logits from `row`, and the sum of their exponentials relative to it. */
export function logSumExp(z: Tensor, row: number, K: number): { max: number; sum: number } {
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
export function softmaxGradient(dOutput: Tensor, output: Tensor, dLogits: Tensor): void {
  const K = output.shape.at(-1)!;
  for (let row = 0; row < output.size; row += K) {
    let dot = 0;
    for (let k = 0; k < K; k++) dot += output.data[row + k]! * dOutput.data[row + k]!;
    for (let k = 0; k < K; k++) {
      dLogits.data[row + k] = output.data[row + k]! * (dOutput.data[row + k]! - dot);
    }
  }
}
