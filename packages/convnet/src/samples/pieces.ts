/**
 * How many samples are computed at once without training. Numbers of samples are cut into powers
 * of two, so that few programs serve them all: 13 are 8, 4 and 1.
 */

/** Most samples whose activations are in memory at once in training, unless a layer needs the whole batch. */
export const LARGEST_PIECE = 256;

/** Samples computed at once where the caller does not say. */
export const DEFAULT_BATCH = 128;

/** Pieces of at most `largest` samples that make up `total`, each a power of two. */
export function* pieces(
  total: number,
  largest: number,
): Generator<{ readonly start: number; readonly count: number }> {
  for (let start = 0; start < total;) {
    const count = 2 ** Math.floor(Math.log2(Math.min(largest, total - start)));
    yield { start, count };
    start += count;
  }
}
