/**
 * Two-dimensional convolution (cross-correlation, as everywhere in this field), as direct loops. The
 * letters and layouts are those of `kernels.ts`:
 *
 *     input  [N, H, W, C]      kernel [R, S, C, K]      output [N, P, Q, K]
 *
 * Output position p meets window row r at input row `h = p · stride + r · dilation − padTop`;
 * rows and columns outside the input count as 0. Its gradients, in `conv2d-gradients.ts`, walk over
 * the same triples (output position, window position, input position); they differ only in which
 * of the three they sum into. Sums are kept in float64.
 */
import type { Tensor } from '../tensor.ts';
import type { WindowGeometry } from '../window-geometry.ts';

/** `output[n,p,q,k] = bias[k] + Σ_rsc input[n,h,w,c] · kernel[r,s,c,k]` */
export function conv2d(
  input: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  output: Tensor,
  g: WindowGeometry,
): void {
  const [N, P, Q, K] = output.shape as [number, number, number, number];
  const [R, S, C] = kernel.shape as [number, number, number, number];
  const { inputHeight: H, inputWidth: W } = g;
  const x = input.data;
  const weights = kernel.data;
  const sums = new Float64Array(K);
  for (let n = 0; n < N; n++) {
    for (let p = 0; p < P; p++) {
      for (let q = 0; q < Q; q++) {
        if (bias) sums.set(bias.data);
        else sums.fill(0);
        for (let r = 0; r < R; r++) {
          const h = p * g.strideHeight + r * g.dilationHeight - g.padTop;
          if (h < 0 || h >= H) continue;
          for (let s = 0; s < S; s++) {
            const w = q * g.strideWidth + s * g.dilationWidth - g.padLeft;
            if (w < 0 || w >= W) continue;
            for (let c = 0; c < C; c++) {
              const value = x[((n * H + h) * W + w) * C + c]!;
              const row = ((r * S + s) * C + c) * K;
              for (let k = 0; k < K; k++) sums[k]! += value * weights[row + k]!;
            }
          }
        }
        output.data.set(sums, ((n * P + p) * Q + q) * K);
      }
    }
  }
}
