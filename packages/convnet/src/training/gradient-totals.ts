/**
 * The gradients of a batch of many pieces. Kernels add those of a piece to what is there, in float32,
 * which loses bits as the sum grows: from time to time it is emptied into float64.
 */
import type { Parameter } from '../layers/layer-tensors.ts';

/** Pieces whose gradients are added up in float32. */
const PIECES_TOGETHER = 16;

/**
 * Follows the pieces of a batch.
 * @returns what is to be called before each piece, and, with `true`, after the last.
 */
export function gradientTotals(parameters: readonly Parameter[]): (isOver?: boolean) => void {
  let totals: readonly Float64Array[] | undefined;
  let pieces = 0;
  return (isOver = false) => {
    if (isOver ? !totals : pieces++ === 0 || pieces % PIECES_TOGETHER !== 1) return;
    totals = parameters.map(({ gradient: { data } }, i) => {
      const sums = Float64Array.from(data, (value, j) => value + (totals?.[i]![j] ?? 0));
      if (isOver) data.set(sums);
      else data.fill(0);
      return sums;
    });
  };
}
