/** Expressions over tensors, element by element. */
import type { ExpressionCall } from '../expression-call.ts';
import { blocksOf, valuesAt } from './expression-values.ts';

/** Every expression at every place; all are computed before any is stored. */
export function elementwise(call: ExpressionCall): void {
  for (const block of blocksOf(call.shape)) {
    const values = valuesAt(call, block);
    for (const [j, { data }] of call.outputs.entries()) data.set(values[j]!, block.first);
  }
}
