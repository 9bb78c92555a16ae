/** The largest of some vectors, lane by lane, and which of them it is. */
import type { Code, Local } from './code.ts';

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

/** The largest number so far, and where it was: an integer. */
export interface BestSoFar {
  readonly best: Local;
  readonly winner: Local;
}

/**
 * Emits: `value` becomes the best where it is larger, or NaN, which is not to be hidden.
 * @param place - leaves on the stack where it is.
 */
export function emitChallenge(
  code: Code,
  { best, winner }: BestSoFar,
  value: Local,
  place: () => void,
): void {
  const mask = code.local('v128');
  code.get(value).get(best).op('f32x4Gt').get(value).get(value).op('f32x4Ne', 'v128Or').set(mask);
  place();
  code.get(winner).get(mask).op('v128Bitselect').set(winner);
  code.get(value).get(best).get(mask).op('v128Bitselect').set(best);
}
