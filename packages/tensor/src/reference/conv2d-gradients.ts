/**
 * The gradients of convolution with respect to its input and its kernel, by the loops of
 * `conv2d.ts`: each triple of output position, window position and input position gives the product
 * of two of them to the third. Sums are kept in float64.
 */
import type { Tensor } from '../tensor.ts';
import type { WindowGeometry } from '../window-geometry.ts';

/**
 * `dInput[n,h,w,c] = Σ_rsk dOutput[n,p,q,k] · kernel[r,s,c,k]` over the output positions whose
 * window covers (h, w). Each output gradient is handed back to the inputs that produced it.
 */
export function conv2dInputGradient(
  dOutput: Tensor,
  kernel: Tensor,
  dInput: Tensor,
  g: WindowGeometry,
): void {
  const [N, P, Q, K] = dOutput.shape as [number, number, number, number];
  const [R, S, C] = kernel.shape as [number, number, number, number];
  const { inputHeight: H, inputWidth: W } = g;
  const dy = dOutput.data;
  const weights = kernel.data;
  const sums = new Float64Array(H * W * C);
  for (let n = 0; n < N; n++) {
    sums.fill(0);
    for (let p = 0; p < P; p++) {
      for (let q = 0; q < Q; q++) {
        const position = ((n * P + p) * Q + q) * K;
        for (let r = 0; r < R; r++) {
          const h = p * g.strideHeight + r * g.dilationHeight - g.padTop;
          if (h < 0 || h >= H) continue;
          for (let s = 0; s < S; s++) {
            const w = q * g.strideWidth + s * g.dilationWidth - g.padLeft;
            if (w < 0 || w >= W) continue;
            for (let c = 0; c < C; c++) {
              const row = ((r * S + s) * C + c) * K;
              let sum = 0;
              for (let k = 0; k < K; k++) sum += dy[position + k]! * weights[row + k]!;
              sums[(h * W + w) * C + c]! += sum;
            }
          }
        }
      }
    }
    dInput.data.set(sums, n * H * W * C);
  }
}

/** `dKernel[r,s,c,k] += Σ_npq input[n,h,w,c] · dOutput[n,p,q,k]`. */
export function conv2dKernelGradient(
  dOutput: Tensor,
  input: Tensor,
  dKernel: Tensor,
  g: WindowGeometry,
): void {
  const [N, P, Q, K] = dOutput.shape as [number, number, number, number];
  const [R, S, C] = dKernel.shape as [number, number, number, number];
  const { inputHeight: H, inputWidth: W } = g;
  const x = input.data;
  const dy = dOutput.data;
  const sums = Float64Array.from(dKernel.data);
  for (let n = 0; n < N; n++) {
    for (let p = 0; p < P; p++) {
      for (let q = 0; q < Q; q++) {
        const position = ((n * P + p) * Q + q) * K;
        for (let r = 0; r < R; r++) {
          const h = p * g.strideHeight + r * g.dilationHeight - g.padTop;
          if (h < 0 || h >= H) continue;
          for (let s = 0; s < S; s++) {
            const w = q * g.strideWidth + s * g.dilationWidth - g.padLeft;
            if (w < 0 || w >= W) continue;
            for (let c = 0; c < C; c++) {
              const value = x[((n * H + h) * W + w) * C + c]!;
              const row = ((r * S + s) * C + c) * K;
              for (let k = 0; k < K; k++) sums[row + k]! += value * dy[position + k]!;
            }
          }
        }
      }
    }
  }
  dKernel.data.set(sums);
}
