/**
 * Images within larger ones: zeros around `[N, H, W, C]`, and the way back.
 *
 *     pad:   output[n, h + top, w + left, c] = input[n,h,w,c], 0 elsewhere
 *     crop:  output[n,h,w,c] = input[n, h + top, w + left, c]
 *
 * Each is the gradient of the other.
 */
import type { ImageOffset } from '../kernels.ts';
import type { Tensor } from '../tensor.ts';

/** Calls `visit` with where each row of `small` begins, there and in `large`. */
function forRows(
  small: Tensor,
  large: Tensor,
  { top, left }: ImageOffset,
  visit: (inSmall: number, inLarge: number, length: number) => void,
): void {
  const [N, H, W, C] = small.shape as [number, number, number, number];
  const [, height, width] = large.shape as [number, number, number];
  for (let n = 0; n < N; n++) {
    for (let h = 0; h < H; h++) {
      visit((n * H + h) * W * C, ((n * height + h + top) * width + left) * C, W * C);
    }
  }
}

/** `input` at `offset` within zeros. */
export function pad2d(input: Tensor, output: Tensor, offset: ImageOffset): void {
  output.data.fill(0);
  forRows(input, output, offset, (from, to, length) => {
    output.data.set(input.data.subarray(from, from + length), to);
  });
}

/** The part of `input` at `offset` that has the size of `output`. */
export function crop2d(input: Tensor, output: Tensor, offset: ImageOffset): void {
  forRows(output, input, offset, (to, from, length) => {
    output.data.set(input.data.subarray(from, from + length), to);
  });
}
