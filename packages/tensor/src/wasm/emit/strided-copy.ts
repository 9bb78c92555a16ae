/**
 * Copies between layouts: transposing a matrix, flipping a kernel, laying an image into a padded
 * or spread-out one. Each is a loop nest with its own strides on both sides.
 */
import type { Code, Local } from './code.ts';
import { FLOAT, LANES } from './vector-access.ts';

/** A loop and how far its steps move on both sides, in elements; backwards if negative. */
export interface CopyLoop {
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

/** Emits the function `(from, to)`, of addresses; the last loop is the innermost. */
export function emitStridedCopy(code: Code, loops: readonly CopyLoop[]): void {
  const nest = (rest: readonly CopyLoop[], from: Local, to: Local): void => {
    const [loop, ...inner] = rest;
    if (!loop) {
      code.get(to).get(from).access('f32Load', 0).access('f32Store', 0);
      return;
    }
    const [atFrom, atTo] = [code.copy(from), code.copy(to)];
    const isContiguous = inner.length === 0 && loop.from === 1 && loop.to === 1;
    const vectors = isContiguous ? Math.floor(loop.count / LANES) : 0;
    code.repeat(vectors, () => {
      code.get(atTo).get(atFrom).access('v128Load', 0).access('v128Store', 0);
      code.advance(atFrom, LANES * FLOAT).advance(atTo, LANES * FLOAT);
    });
    code.repeat(loop.count - vectors * LANES, () => {
      nest(inner, atFrom, atTo);
      code.advance(atFrom, loop.from * FLOAT).advance(atTo, loop.to * FLOAT);
    });
  };
  nest(loops, code.parameters[0]!, code.parameters[1]!);
}
