/** The gradient of what is added to every row, such as the bias of a layer. */
import type { Tensor } from '../tensor.ts';

/** `dBias[k] += Σ dOutput[…, k]`: the bias touches every row, so its gradient sums them all. */
export function biasGradient(dOutput: Tensor, dBias: Tensor): void {
  const K = dBias.size;
  const sums = Float64Array.from(dBias.data);
  for (let row = 0; row < dOutput.size; row += K) {
    for (let k = 0; k < K; k++) sums[k]! += dOutput.data[row + k]!;
  }
  dBias.data.set(sums);
}
