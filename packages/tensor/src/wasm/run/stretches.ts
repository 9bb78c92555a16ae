/** Parts into which samples, and large gradients, are cut; more threads than this find no work. */
export const CHUNKS = 8;

/** Numbers of a cache line: pieces that begin at its multiples share none. */
export const LINE = 16;

/** Part of a range of numbers. */
export interface Stretch {
  readonly first: number;
  readonly count: number;
}

/** Numbers 0 … count − 1 in at most `most` stretches that begin at multiples of `quantum`. */
export function stretches(count: number, most: number, quantum = 1): Stretch[] {
  const quanta = Math.ceil(count / quantum);
  const used = Math.min(most, quanta);
  const bounds = Array.from({ length: used + 1 }, (_, i) =>
    Math.min(count, Math.floor((i * quanta) / used) * quantum),
  );
  return bounds.slice(0, -1).map((first, i) => ({ first, count: bounds[i + 1]! - first }));
}
