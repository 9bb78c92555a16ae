/** How a kernel of expressions is called, as `kernel.ts` tells for all kernels. */
import { tensorsOf, type ExpressionCall, type ExpressionKernel } from '../../expression-call.ts';
import type { Engine } from './engine.ts';
import { submit, type Lowered } from './kernel.ts';

/** Submits a call as the work that computes it, or what the reference does. */
export function submitExpressions(
  engine: Engine,
  name: ExpressionKernel,
  call: ExpressionCall,
  reference: (call: ExpressionCall) => void,
  lower: (call: ExpressionCall) => Lowered,
): void {
  submit(
    engine,
    name,
    tensorsOf(call),
    () => lower(call),
    () => {
      reference(call);
    },
  );
}
