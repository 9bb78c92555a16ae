/** A loop over a row of numbers, vector by vector. */
import type { Code } from './code.ts';
import type { SumsInBlocks } from './sums-in-blocks.ts';
import { LANES } from './vector-access.ts';

/** Vectors that are written out one after the other, instead of counted by a loop. */
const WRITTEN_OUT = 4;

/**
 * Emits `body` for every vector of a row, then `advance` by as much as was gone through.
 * @param blocks - sums that take each vector.
 */
export function forRow(
  code: Code,
  channels: number,
  body: (offset: number, width: number) => void,
  advance: (floats: number) => void,
  blocks?: SumsInBlocks,
): void {
  const vectors = Math.floor(channels / LANES);
  const turn = (count: number, tail: number): void => {
    for (let i = 0; i < count; i++) body(i * LANES, LANES);
    if (tail > 0) body(count * LANES, tail);
    advance(count * LANES + tail);
  };
  const turns = Math.floor(vectors / WRITTEN_OUT);
  const fullTurn = (): void => {
    turn(WRITTEN_OUT, 0);
  };
  if (blocks) blocks.repeat(turns, fullTurn, WRITTEN_OUT);
  else code.repeat(turns, fullTurn);
  const [rest, tail] = [vectors - turns * WRITTEN_OUT, channels % LANES];
  if (rest + tail > 0) turn(rest, tail);
}
