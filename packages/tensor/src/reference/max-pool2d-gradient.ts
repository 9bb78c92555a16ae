/**
 * The gradient of max pooling: only the winner of a window influences the output, so the whole
 * gradient goes back to it.
 */
import type { Tensor } from '../tensor.ts';
import type { WindowGeometry } from '../window-geometry.ts';

/** `dInput[positions[i]] += dOutput[i]`, everything else 0; the windows no longer matter. */
export function maxPool2dGradient(
  dOutput: Tensor,
  positions: Int32Array,
  dInput: Tensor,
  _geometry: WindowGeometry,
): void {
  dInput.data.fill(0);
  for (let i = 0; i < dOutput.size; i++) dInput.data[positions[i]!]! += dOutput.data[i]!;
}
