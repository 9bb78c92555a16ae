/**
 * Walks through a data set in batches of network inputs.
 */
import type { ImageDataset } from './image-dataset.ts';

/** Some images, ready for a network. */
export interface ImageBatch {
  /** Normalized pixels `[count, H, W, 1]`. */
  readonly inputs: Float32Array;
  /** Class of each image, `[count]`. */
  readonly labels: Uint8Array;
  /** Number of images; less than asked for only in the last batch. */
  readonly count: number;
}

/** Options of {@link batches}. */
export interface BatchOptions {
  /** Images per batch, at least 1. */
  readonly size: number;
  /** Indices of the images to visit, in this order; by default each once, from the first. */
  readonly order?: ArrayLike<number>;
  /** Ends the walk: the next batch throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * The batches of a data set, one by one; each has its own arrays.
 *
 * @throws RangeError if the size is not a whole number of at least 1, or an index names no image.
 * @example
 * ```ts
 * for (const { inputs, labels } of batches(dataset, { size: 64 })) {
 *   // inputs holds 64 · 28 · 28 numbers
 * }
 * ```
 */
export function* batches(
  dataset: ImageDataset,
  { size, order, signal }: BatchOptions,
): Generator<ImageBatch, void, undefined> {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(
      `batches: expected a size that is a whole number of at least 1; received ${size}.`,
    );
  }
  const indices =
    order === undefined ? Uint32Array.from(dataset.labels.keys()) : Uint32Array.from(order);
  const [height, width] = dataset.images.sampleShape;
  for (let start = 0; start < indices.length; start += size) {
    signal?.throwIfAborted();
    const chosen = indices.subarray(start, start + size);
    const inputs = new Float32Array(chosen.length * height * width);
    dataset.images.readSamples(chosen, inputs);
    const labels = Uint8Array.from(chosen, (index) => dataset.labels[index]!);
    yield { inputs, labels, count: chosen.length };
  }
}
