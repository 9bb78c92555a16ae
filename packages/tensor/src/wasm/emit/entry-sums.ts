/**
 * Sums over lists of the entries of a sparse gradient:
 *
 *     sums[v] = Σ over the entries of gradient · vector at (base + offset)
 *
 * An entry is the gradient, not 0, and the byte offset of what it is multiplied with.
 */
import type { Code, Local } from './code.ts';
import type { MultiplyAdd } from './contraction.ts';
import { loadVector, storeVector } from './vector-access.ts';

/** Bytes of an entry: its offset, then its gradient. */
export const ENTRY = 8;
/** Where in an entry its gradient is. */
export const GRADIENT = 4;

/** Sums that a loop forms side by side: those that V8 keeps in registers. */
export const SUMS_OF_LOOP = 6;

/** A vector that entries are multiplied with: where, and how many of its lanes count. */
export interface Factor {
  /** Bytes from the offset of the entry. */
  readonly at: number;
  readonly width: number;
}

/** The entries from address `from` to address `end`, and what their offsets count from. */
export interface Entries {
  readonly from: Local;
  readonly end: Local;
  readonly base: Local;
}

/** Emits the sums over a list and, unless it is empty, `use` of them. */
export function emitEntrySums(
  code: Code,
  { from, end, base }: Entries,
  factors: readonly Factor[],
  multiplyAdd: MultiplyAdd,
  use: (sums: readonly Local[]) => void,
): void {
  const [entry, at] = [code.local('i32'), code.local('i32')];
  const [gradient, factor] = [code.local('v128'), code.local('v128')];
  code.get(from).get(end).op('i32LtU');
  code.when(() => {
    const sums = code.zeros(factors.length);
    code.assign(entry, from);
    code.loop(() => {
      code.get(base).get(entry).access('i32Load', 0).op('i32Add').set(at);
      code.get(entry).access('v128Load32Splat', GRADIENT).set(gradient);
      for (const [i, { at: offset, width }] of factors.entries()) {
        loadVector(code, at, offset, width);
        code.set(factor);
        multiplyAdd(code, factor, gradient, sums[i]!);
      }
      code.advance(entry, ENTRY).get(entry).get(end).op('i32LtU');
    });
    use(sums);
  });
}

/** Emits: adds the low lanes of `value` to what is at an address. */
export function emitAdd(code: Code, target: Local, { at, width }: Factor, value: Local): void {
  const total = code.local('v128');
  loadVector(code, target, at, width);
  code.get(value).op('f32x4Add').set(total);
  storeVector(code, target, at, width, total);
}
