/** Sums of expressions over all rows, one for each channel, kept in float64. */
import type { ExpressionCall } from '../expression-call.ts';
import { blocksOf, valuesAt } from './expression-values.ts';

/** For every channel, the sum of each expression over all rows. */
export function channelSums(call: ExpressionCall): void {
  const C = call.shape.at(-1)!;
  const totals = call.outputs.map(() => new Float64Array(C));
  for (const block of blocksOf(call.shape)) {
    for (const [j, values] of valuesAt(call, block).entries()) {
      for (let i = 0; i < block.count; i++) totals[j]![(block.first + i) % C]! += values[i]!;
    }
  }
  for (const [j, { data }] of call.outputs.entries()) data.set(totals[j]!);
}
