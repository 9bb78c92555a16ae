/** Tables: how pixels become numbers. */
import type { Tensor } from '../tensor.ts';

/** `output[i] = table[bytes[i]]`. */
export function lookUp(bytes: Uint8Array, table: Tensor, output: Tensor): void {
  for (let i = 0; i < output.size; i++) output.data[i] = table.data[bytes[i]!]!;
}
