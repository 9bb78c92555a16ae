/**
 * Sums of any number of terms that stay exact. Terms that are added one after the other lose more
 * bits the larger the sum has become: of 50,000 equal terms a relative error of 5e-4 may remain. So
 * a register takes only some terms, a block, and is then emptied into a total, which takes only so
 * many blocks before it is emptied into another. The error of n terms then grows as log n does
 * (Higham, Accuracy and Stability of Numerical Algorithms, section 4.2), and loops that add up no
 * more than a block are what they would be without.
 */
import type { Code, Local } from './code.ts';

/** Terms of a block; of products, which are added by longer loops and lose bits themselves, more. */
export const TERMS_OF_BLOCK = 32;
export const PRODUCTS_OF_BLOCK = 512;
/** Blocks that a total takes. */
const BLOCKS_OF_TOTAL = 32;

/** Sums in registers that are emptied into totals from time to time. */
export interface SumsInBlocks {
  /** Of `turns` turns that add `terms` terms each, those of a block; all if there is but one. */
  turnsOfBlock(turns: number, terms?: number): number;
  /** Runs `body` `turns` times, each of which adds `terms` terms to every sum. */
  repeat(turns: number, body: () => void, terms?: number): void;
  /** Ends a block. */
  empty(): void;
  /** Leaves in every sum all that it took. */
  finish(): void;
}

/** @param terms - how many each of the sums takes, at most. */
export function sumsInBlocks(
  code: Code,
  sums: readonly Local[],
  terms: number,
  block = TERMS_OF_BLOCK,
): SumsInBlocks {
  /** What the sums are emptied into, then what that is emptied into; and how often each was. */
  const levels: { readonly totals: readonly Local[]; readonly filled: Local }[] = [];
  // Blocks that rows end are at least half as long.
  let blocks = terms > block && sums.length > 0 ? (2 * terms) / block : 0;
  for (; blocks >= 1; blocks /= BLOCKS_OF_TOTAL) {
    const totals = code.zeros(sums.length);
    const filled = code.local('i32');
    code.i32(0).set(filled);
    levels.push({ totals, filled });
  }
  const empty = (level = 0): void => {
    const { totals, filled } = levels[level]!;
    const from = levels[level - 1]?.totals ?? sums;
    for (const [i, total] of totals.entries()) {
      code.get(total).get(from[i]!).op('f32x4Add').set(total).splat(0).set(from[i]!);
    }
    if (level + 1 === levels.length) return;
    code.advance(filled, 1).get(filled).i32(BLOCKS_OF_TOTAL).op('i32Eq');
    code.when(() => {
      code.i32(0).set(filled);
      empty(level + 1);
    });
  };
  const turnsOfBlock = (turns: number, terms = 1): number => {
    const most = Math.floor(block / terms);
    // Turns that are longer than a block are divided themselves.
    return levels.length === 0 || most === 0 ? turns : Math.min(turns, most);
  };
  return {
    turnsOfBlock,
    repeat(turns, body, terms) {
      const most = turnsOfBlock(turns, terms);
      if (most === turns) {
        code.repeat(turns, body);
        return;
      }
      const [done, end] = [code.local('i32'), code.local('i32')];
      code.i32(0).set(done);
      code.i32(turns % most || most).set(end);
      code.loop(() => {
        code.loop(() => {
          body();
          code.advance(done, 1).get(done).get(end).op('i32LtU');
        });
        empty();
        code.advance(end, most).get(done).i32(turns).op('i32LtU');
      });
    },
    empty,
    finish() {
      for (const { totals } of levels) {
        for (const [i, sum] of sums.entries()) {
          code.get(sum).get(totals[i]!).op('f32x4Add').set(sum);
        }
      }
    },
  };
}
