/**
 * Average pooling and its gradient.
 *
 *     output[n,p,q,c] = mean over r, s of input[n, p·stride + r − padTop, q·stride + s − padLeft, c]
 *
 * over the positions inside the input: padding is not counted, as in Keras and TensorFlow. The
 * mean hands its gradient back in equal shares.
 */
import type { Tensor } from '../tensor.ts';
import type { WindowGeometry } from '../window-geometry.ts';

/** Calls `visit` for every output position with the input positions that its window sees. */
function forWindows(
  [N, P, Q]: readonly number[],
  g: WindowGeometry,
  visit: (position: number, seen: readonly number[]) => void,
): void {
  const { inputHeight: H, inputWidth: W, windowHeight: R, windowWidth: S } = g;
  for (let n = 0; n < N!; n++) {
    for (let p = 0; p < P!; p++) {
      for (let q = 0; q < Q!; q++) {
        const seen: number[] = [];
        for (let r = 0; r < R; r++) {
          const h = p * g.strideHeight + r * g.dilationHeight - g.padTop;
          if (h < 0 || h >= H) continue;
          for (let s = 0; s < S; s++) {
            const w = q * g.strideWidth + s * g.dilationWidth - g.padLeft;
            if (w >= 0 && w < W) seen.push((n * H + h) * W + w);
          }
        }
        visit((n * P! + p) * Q! + q, seen);
      }
    }
  }
}

/** Mean of the inputs under each window; 0 where a window lies on padding alone. */
export function averagePool2d(input: Tensor, output: Tensor, g: WindowGeometry): void {
  const C = output.shape[3]!;
  forWindows(output.shape, g, (position, seen) => {
    for (let c = 0; c < C; c++) {
      let sum = 0;
      for (const at of seen) sum += input.data[at * C + c]!;
      output.data[position * C + c] = sum / Math.max(1, seen.length);
    }
  });
}

/** Each of the `count` inputs under a window receives `dOutput / count`. */
export function averagePool2dGradient(dOutput: Tensor, dInput: Tensor, g: WindowGeometry): void {
  const C = dOutput.shape[3]!;
  const sums = new Float64Array(dInput.size);
  forWindows(dOutput.shape, g, (position, seen) => {
    for (let c = 0; c < C; c++) {
      const share = dOutput.data[position * C + c]! / seen.length;
      for (const at of seen) sums[at * C + c]! += share;
    }
  });
  dInput.data.set(sums);
}
