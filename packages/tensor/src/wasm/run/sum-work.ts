/**
 * Sums over samples, which a plan forms block by block. As in `emit/sums-in-blocks.ts`, the sum of
 * some blocks is added to that of others, and so on: the levels of one chunk of samples, in memory.
 */
import { FLOAT } from '../emit/vector-access.ts';
import { sumOfParts } from './sum-of-parts.ts';
import type { Call, Span, SumWork, UnitWork } from './work.ts';

/** What a sum in memory may take of a block, one after the other. */
const MOST_ADDITIONS = 64;
/** Sums that one of the next level takes. */
const SUMS_OF_LEVEL = 32;

/** A sum over samples, and how some of them are added up. */
export interface SumOfSamples {
  readonly name: string;
  readonly samples: number;
  readonly reads: readonly Span[];
  readonly target: Span;
  /** How often each sample is added to sums in memory, if they are not kept in registers. */
  readonly additions?: number;
  /** How the sums of chunks become part of the target, if they are laid out in another way. */
  readonly joined?: (parts: Span, count: number) => UnitWork;
  /** Adds samples up at `into`, from zero or from what is there. */
  callsOf(first: number, count: number, into: number, start: 'zero' | 'c'): readonly Call[];
}

/** See the top of this file. */
export function sumWork(sum: SumOfSamples): SumWork {
  const { name, samples, reads, target, additions = 0 } = sum;
  /** Blocks of so many samples that the first level takes. */
  const blocksOfFirst = (count: number): number =>
    Math.max(1, Math.min(SUMS_OF_LEVEL, Math.floor(MOST_ADDITIONS / (additions * count))));
  const added = (from: Span, into: Span, start: 'zero' | 'c'): readonly Call[] =>
    sumOfParts(into, from, 1).pieces(1, start).flat();
  return {
    kind: 'sum',
    name,
    samples,
    reads,
    writes: [target],
    target,
    leastBlocks: (count) => (count * additions) / MOST_ADDITIONS,
    planned(chunks, largest, scratch) {
      const ofFirst = blocksOfFirst(largest.at(-1)!.count);
      let levels = 1;
      for (let sums = (largest.length - 1) / ofFirst; sums >= 1; sums /= SUMS_OF_LEVEL) levels += 1;
      const { address, bytes } = target;
      const length = bytes / FLOAT;
      const partial = scratch(`partial ${length} ${address}`, length * chunks * levels);
      return {
        joined: sum.joined?.(partial, chunks) ?? sumOfParts(target, partial, chunks),
        calls(chunk, blocks, block) {
          const at = (level: number): Span => ({
            address: partial.address + (level * chunks + chunk) * bytes,
            bytes,
          });
          const { first, count } = blocks[block]!;
          const start = block % ofFirst === 0 ? 'zero' : 'c';
          const calls = [...sum.callsOf(first, count, at(0).address, start)];
          const isLast = block + 1 === blocks.length;
          let sums = (isLast ? block : block + 1) / ofFirst;
          for (let level = 0; level + 1 < levels; level++, sums /= SUMS_OF_LEVEL) {
            if (isLast) {
              // In the end the first level holds the sum of all.
              if (Math.floor(sums) % SUMS_OF_LEVEL > 0)
                calls.push(...added(at(level + 1), at(0), 'c'));
            } else if (Number.isInteger(sums)) {
              const start = sums % SUMS_OF_LEVEL === 1 ? 'zero' : 'c';
              calls.push(...added(at(level), at(level + 1), start));
            }
          }
          return calls;
        },
      };
    },
  };
}
