/**
 * Two-dimensional convolution (cross-correlation, as everywhere in this field) and its two
 * gradients, as direct loops. The letters and layouts are those of `kernels.ts`:
 *
 *     input  [N, H, W, C]      kernel [R, S, C/G, K]    output [N, P, Q, K]
 *
 * The channels and the filters are cut into G groups, and each group of filters sees its own C/G
 * channels only; G follows from the shapes. With G = 1 every filter sees everything; with G = C
 * each sees one channel, which is called depthwise.
 *
 * Output position p meets window row r at input row `h = p · stride + r · dilation − padTop`;
 * rows and columns outside the input count as 0. All three kernels walk over the same triples
 * (output position, window position, input position); they differ only in which of the three
 * they sum into. Sums are kept in float64.
 */
import type { Tensor } from '../tensor.ts';
import type { WindowGeometry } from '../window-geometry.ts';

/** `output[n,p,q,k] = bias[k] + Σ_rsc input[n,h,w,c] · kernel[r,s,c,k]`, c over the channels of k's group. */
export function conv2d(
  input: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  output: Tensor,
  g: WindowGeometry,
): void {
  const [N, P, Q, K] = output.shape as [number, number, number, number];
  const [R, S, ownC] = kernel.shape as [number, number, number, number];
  const C = input.shape[3]!;
  const ownK = K / (C / ownC);
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
              const row = ((r * S + s) * ownC + (c % ownC)) * K;
              const first = Math.floor(c / ownC) * ownK;
              for (let k = first; k < first + ownK; k++) sums[k]! += value * weights[row + k]!;
            }
          }
        }
        output.data.set(sums, ((n * P + p) * Q + q) * K);
      }
    }
  }
}

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
  const [R, S, ownC] = kernel.shape as [number, number, number, number];
  const C = dInput.shape[3]!;
  const ownK = K / (C / ownC);
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
              const row = ((r * S + s) * ownC + (c % ownC)) * K;
              const first = Math.floor(c / ownC) * ownK;
              let sum = 0;
              for (let k = first; k < first + ownK; k++)
                sum += dy[position + k]! * weights[row + k]!;
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
  input: Tensor,
  dOutput: Tensor,
  dKernel: Tensor,
  g: WindowGeometry,
): void {
  const [N, P, Q, K] = dOutput.shape as [number, number, number, number];
  const [R, S, ownC] = dKernel.shape as [number, number, number, number];
  const C = input.shape[3]!;
  const ownK = K / (C / ownC);
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
              const row = ((r * S + s) * ownC + (c % ownC)) * K;
              const first = Math.floor(c / ownC) * ownK;
              for (let k = first; k < first + ownK; k++)
                sums[row + k]! += value * dy[position + k]!;
            }
          }
        }
      }
    }
  }
  dKernel.data.set(sums);
}
