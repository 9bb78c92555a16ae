/** Tables: how pixels become numbers. */
import type { Tensor } from '../tensor.ts';

/** `output[…, c] = table[256 · c + bytes[…, c]]` */
export function lookUp(bytes: Uint8Array, table: Tensor, output: Tensor): void {
  const C = table.size / 256;
  for (let i = 0; i < output.size; i++) output.data[i] = table.data[256 * (i % C) + bytes[i]!]!;
}
