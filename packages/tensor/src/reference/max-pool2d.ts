/**
 * Max pooling.
 *
 *     output[n,p,q,c] = max over r, s of input[n, p·stride + r − padTop, q·stride + s − padLeft, c]
 */
import type { Tensor } from '../tensor.ts';
import type { WindowGeometry } from '../window-geometry.ts';

/** Largest input under each window; `positions` keeps the index of the winner. */
export function maxPool2d(
  input: Tensor,
  output: Tensor,
  positions: Int32Array,
  g: WindowGeometry,
): void {
  const [N, P, Q, C] = output.shape as [number, number, number, number];
  const { inputHeight: H, inputWidth: W, windowHeight: R, windowWidth: S } = g;
  for (let n = 0; n < N; n++) {
    for (let p = 0; p < P; p++) {
      for (let q = 0; q < Q; q++) {
        for (let c = 0; c < C; c++) {
          let largest = -Infinity;
          let winner = -1;
          for (let r = 0; r < R; r++) {
            const h = p * g.strideHeight + r * g.dilationHeight - g.padTop;
            if (h < 0 || h >= H) continue;
            for (let s = 0; s < S; s++) {
              const w = q * g.strideWidth + s * g.dilationWidth - g.padLeft;
              if (w < 0 || w >= W) continue;
              const index = ((n * H + h) * W + w) * C + c;
              const value = input.data[index]!;
              // The first input opens the contest; a NaN wins it, so that it is not hidden.
              if (winner < 0 || value > largest || Number.isNaN(value)) {
                largest = value;
                winner = index;
              }
            }
          }
          const at = ((n * P + p) * Q + q) * C + c;
          output.data[at] = largest;
          positions[at] = winner;
        }
      }
    }
  }
}
