/** The largest of a window's numbers, which are in registers. */
import type { Code, Local } from './code.ts';
import { emitChallenge, type BestSoFar } from './winner.ts';

/**
 * The largest of a window's numbers, and its place; `index` is that of the first one's first lane. With a
 * ReLU before it, numbers that are not above 0 are equal, and the first of them wins.
 */
export function emitWinnerOf(
  code: Code,
  window: readonly { readonly value: Local; readonly offset: number }[],
  index: Local,
  offset: number,
  hasRelu: boolean,
): BestSoFar {
  const [first, ...others] = window;
  const found = { best: code.keep(() => code.get(first!.value)), winner: code.zeros(1)[0]! };
  for (const { value, offset } of others)
    emitChallenge(code, found, value, () => code.i32(offset).op('i32x4Splat'));
  if (hasRelu) {
    const isNotAbove = code.keep(() => code.get(found.best).splat(0).op('f32x4Le'));
    for (const vector of [found.best, found.winner])
      code.get(vector).get(isNotAbove).op('v128Andnot').set(vector);
  }
  code
    .get(index)
    .op('i32x4Splat')
    .i32x4([offset, offset + 1, offset + 2, offset + 3]);
  code.op('i32x4Add').get(found.winner).op('i32x4Add').set(found.winner);
  return found;
}
