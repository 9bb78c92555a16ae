/** Sums of arrays that were formed apart from each other, such as gradients of parts of a batch. */
import { operand } from '../../expression.ts';
import { math } from '../../math.ts';
import { elementwiseOnSpans } from './expression-work.ts';
import { FLOAT } from '../emit/vector-access.ts';
import type { Span, UnitWork } from './work.ts';

/** Adds up the `count` arrays that lie one after the other in `parts`, in order. */
export function sumOfParts(target: Span, parts: Span, count: number): UnitWork {
  const arrays = Array.from({ length: count }, (_, i) => ({
    address: parts.address + i * target.bytes,
    bytes: target.bytes,
  }));
  return {
    kind: 'units',
    name: 'sumOfParts',
    reads: [parts],
    writes: [target],
    adds: true,
    pieces: (most, start) => {
      const added = start === 'c' ? [target, ...arrays] : arrays;
      const total = math.sum(added.map((_, i) => operand(i)));
      return elementwiseOnSpans([total], added, [target], target.bytes / FLOAT).pieces(most, start);
    },
  };
}
