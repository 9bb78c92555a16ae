/**
 * Sets of grey images with labels. Every format is read and converted through them. They come in
 * batches, so that a set need not fit into memory where its format does not demand it.
 */
import type { DatasetSplit } from '../../catalogue/dataset-entry.ts';

/** Height and width of images. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** Grey pixels, row after row. */
export interface GreyImage extends ImageSize {
  /** Bytes `[height, width]`. */
  readonly pixels: Uint8Array;
}

/** Some images and their labels. */
export interface LabelledBatch {
  /** Bytes `[n, height, width]`. */
  readonly pixels: Uint8Array;
  /** Bytes `[n]`. */
  readonly labels: Uint8Array;
}

/** Images of one size with their labels, in their order. */
export interface LabelledImages extends ImageSize {
  readonly split: DatasetSplit;
  /** The images, about a million pixels at a time; can be read once. */
  batches(): AsyncIterable<LabelledBatch>;
}

/** All that an input holds. */
export interface OpenDataset {
  readonly sets: readonly LabelledImages[];
  /** The name of each class, where the input says. */
  readonly classNames?: readonly string[] | undefined;
  /** Names of what the input holds beside, such as arrays of a validation set. */
  readonly leftOut?: readonly string[] | undefined;
}

/** Takes one set. Its files appear in a folder that becomes the output when all is well. */
export interface SetWriter {
  append(batch: LabelledBatch): Promise<void>;
  /** Completes the files. */
  finish(): Promise<void>;
  /** Lets go of what is open; harmless after the end. */
  close(): Promise<void>;
}

/** Images per batch, so that a batch has about a million pixels. */
export function batchSizeFor(pixelsPerImage: number): number {
  return Math.min(1024, Math.max(1, Math.floor(2 ** 20 / Math.max(1, pixelsPerImage))));
}

/** Most pixels of all images together where a format needs them in memory at once. */
export const MAX_PIXELS_IN_MEMORY = 2 ** 30;

/** The set that a file's name speaks of. */
export function splitOf(file: string): DatasetSplit {
  return /test|t10k/i.test(file.split(/[/\\]/).at(-1)!) ? 'test' : 'train';
}

/** Batches of images that are in memory, which the batches share. */
// eslint-disable-next-line @typescript-eslint/require-await -- other sets have to wait for theirs
export async function* slices(
  pixels: Uint8Array,
  labels: Uint8Array,
  pixelsPerImage: number,
): AsyncGenerator<LabelledBatch, void, undefined> {
  const size = batchSizeFor(pixelsPerImage);
  for (let start = 0; start < labels.length; start += size) {
    const end = Math.min(start + size, labels.length);
    yield {
      pixels: pixels.subarray(start * pixelsPerImage, end * pixelsPerImage),
      labels: labels.subarray(start, end),
    };
  }
}
