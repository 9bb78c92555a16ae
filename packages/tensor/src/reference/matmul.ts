/**
 * Matrix product.
 *
 *     output[m, n] = bias[n] + Σ_l  A[m, l] · B[l, n]         M × L times L × N
 *
 * A transpose is only another way of stepping through the same numbers: the element in row i,
 * column j lies at `i · rowStep + j · columnStep`. Sums are kept in float64.
 */
import type { MatMul } from '../kernels.ts';
import type { Tensor } from '../tensor.ts';

function steps(matrix: Tensor, transpose: boolean): [rowStep: number, columnStep: number] {
  const columns = matrix.shape[1]!;
  return transpose ? [1, columns] : [columns, 1];
}

/** {@link MatMul}: `output = a · b + bias`. */
export function matMul({ a, b, output, transposeA, transposeB, accumulate, bias }: MatMul): void {
  const [M, N] = output.shape as [number, number];
  const L = a.shape[transposeA ? 0 : 1]!;
  const [aRow, aColumn] = steps(a, transposeA ?? false);
  const [bRow, bColumn] = steps(b, transposeB ?? false);
  const sums = new Float64Array(N);
  for (let m = 0; m < M; m++) {
    if (accumulate) sums.set(output.data.subarray(m * N, (m + 1) * N));
    else if (bias) sums.set(bias.data);
    else sums.fill(0);
    for (let l = 0; l < L; l++) {
      const factor = a.data[m * aRow + l * aColumn]!;
      for (let n = 0; n < N; n++) sums[n]! += factor * b.data[l * bRow + n * bColumn]!;
    }
    output.data.set(sums, m * N);
  }
}
