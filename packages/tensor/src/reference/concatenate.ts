/** Several tensors side by side along their last axis, and apart again. */
import type { Tensor } from '../tensor.ts';

/** Visits every row of every part, with its place in the rows of `whole`. */
function forEachRow(
  whole: Tensor,
  parts: readonly Tensor[],
  visit: (part: Tensor, row: number, length: number, at: number) => void,
): void {
  const C = whole.shape.at(-1)!;
  let channel = 0;
  for (const part of parts) {
    const length = part.shape.at(-1)!;
    for (let row = 0; row < whole.size / C; row++) visit(part, row, length, row * C + channel);
    channel += length;
  }
}

/** `output[…, C₁ + … + c] = parts[i][…, c]`. */
export function concatenate(parts: readonly Tensor[], output: Tensor): void {
  forEachRow(output, parts, ({ data }, row, length, at) => {
    for (let c = 0; c < length; c++) output.data[at + c] = data[row * length + c]!;
  });
}

/** `parts[i][…, c] = input[…, C₁ + … + c]`. */
export function split(input: Tensor, parts: readonly Tensor[]): void {
  forEachRow(input, parts, ({ data }, row, length, at) => {
    for (let c = 0; c < length; c++) data[row * length + c] = input.data[at + c]!;
  });
}
