/** Kernels that treat every element alike and are no expressions: ReLU and tables. */
import type { Tensor } from '../tensor.ts';

/** `output = max(0, input)`; a NaN stays a NaN, so that it is not hidden. */
export function relu(input: Tensor, output: Tensor): void {
  for (let i = 0; i < input.size; i++) {
    const value = input.data[i]!;
    output.data[i] = value <= 0 ? 0 : value;
  }
}

/** The slope of ReLU is 1 where its output is positive, else 0 (at 0 by convention). */
export function reluGradient(output: Tensor, dOutput: Tensor, dInput: Tensor): void {
  for (let i = 0; i < output.size; i++) {
    dInput.data[i] = output.data[i]! > 0 ? dOutput.data[i]! : 0;
  }
}

/** `output[i] = table[bytes[i]]`. */
export function lookUp(bytes: Uint8Array, table: Tensor, output: Tensor): void {
  for (let i = 0; i < output.size; i++) output.data[i] = table.data[bytes[i]!]!;
}
