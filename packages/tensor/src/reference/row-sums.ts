/** Sums of expressions along the last axis, one for each row, kept in float64. */
import type { ExpressionCall } from '../expression-call.ts';
import { blocksOf, valuesAt } from './expression-values.ts';

/** For every row, the sum of each expression over the channels. */
export function rowSums(call: ExpressionCall): void {
  const C = call.shape.at(-1)!;
  const totals = call.outputs.map(({ size }) => new Float64Array(size));
  for (const block of blocksOf(call.shape)) {
    for (const [j, values] of valuesAt(call, block).entries()) {
      for (let i = 0; i < block.count; i++) {
        totals[j]![Math.floor((block.first + i) / C)]! += values[i]!;
      }
    }
  }
  for (const [j, { data }] of call.outputs.entries()) data.set(totals[j]!);
}
