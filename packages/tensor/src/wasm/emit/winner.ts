/** The largest of some vectors, lane by lane, and which of them it is. */
import type { Code, Local } from './code.ts';

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
