/**
 * Sets of images with labels. Every format is read and converted through them. They come in
 * batches, so that a set need not fit into memory where its format does not demand it.
 */
import type { DatasetDescription, PicturePreparation } from './dataset-description.ts';
import { DatasetError } from '../../errors.ts';
import type { SetName } from './set-names.ts';

/** Height and width of images. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** Size of images, and the bytes of each pixel. */
export interface ImageShape extends ImageSize {
  /** 1 for grey, 2 for grey with opacity, 3 for red, green and blue, 4 with opacity. */
  readonly channels: number;
}

/** Pixels, row after row. */
export interface RawImage extends ImageShape {
  /** Bytes `[height, width, channels]`. */
  readonly pixels: Uint8Array;
}

/** Some images and their labels. */
export interface LabelledBatch {
  /** Bytes `[n, height, width, channels]`. */
  readonly pixels: Uint8Array;
  /** Bytes `[n]`. */
  readonly labels: Uint8Array;
}

/** Images of one shape with their labels, in their order. */
export interface LabelledImages extends ImageShape {
  readonly split: SetName;
  /** The images, about a million bytes at a time; can be read once. */
  batches(): AsyncIterable<LabelledBatch>;
}

/** All that an input holds. */
export interface OpenDataset {
  readonly sets: readonly LabelledImages[];
  /** The name of each class, where the input says. */
  readonly classNames?: readonly string[] | undefined;
  /**
   * What the input holds beside, such as arrays of no known name or files that are no pictures;
   * complete once all sets have been read.
   */
  readonly leftOut?: readonly string[] | undefined;
  /** How pictures became the images, if they did. */
  readonly pictures?: PicturePreparation | undefined;
  /** What the input says of itself; empty if it says nothing. */
  readonly description?: DatasetDescription | undefined;
}

/** Takes one set. Its files appear in a folder that becomes the output when all is well. */
export interface SetWriter {
  append(batch: LabelledBatch): Promise<void>;
  /** Completes the files. */
  finish(): Promise<void>;
  /** Lets go of what is open; harmless after the end. */
  close(): Promise<void>;
}

/** Bytes of an image. */
export const bytesOf = ({ height, width, channels }: ImageShape): number =>
  height * width * channels;

/** Whether images of both have equal shapes. */
const haveSameShape = (a: ImageShape, b: ImageShape): boolean =>
  a.height === b.height && a.width === b.width && a.channels === b.channels;

/** A shape as people read it, such as `32 × 32 pixels, 3 channels`. */
const shapeText = ({ height, width, channels }: ImageShape): string =>
  `${width} × ${height} pixels${channels === 1 ? '' : `, ${channels} channels`}`;

/**
 * The shape that the images of all sets have.
 * @param size - what they are resized to, if they are.
 * @throws DatasetError if they differ, or there are no sets.
 */
export function commonShape(
  input: string,
  sets: readonly LabelledImages[],
  size?: ImageSize,
): ImageShape {
  const shapes = sets.map(({ height, width, channels }) => ({ height, width, ...size, channels }));
  const [first] = shapes;
  if (first === undefined) {
    throw new DatasetError(`${input}: expected a set of images; received none. Check the path.`);
  }
  const place = shapes.findIndex((shape) => !haveSameShape(shape, first));
  if (place < 0) return first;
  const [one, other] = [sets[0]!, sets[place]!];
  throw new DatasetError(
    `${input}: expected images of one shape in all sets; received ${shapeText(first)} (${one.split}) and ${shapeText(shapes[place]!)} (${other.split}). Pass \`size\`, or take one set alone.`,
  );
}

/** One part of all batches, one after the other. */
export function joined(
  batches: readonly LabelledBatch[],
  part: (batch: LabelledBatch) => Uint8Array,
): Uint8Array {
  const parts = batches.map(part);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const each of parts) {
    bytes.set(each, end);
    end += each.length;
  }
  return bytes;
}

/** Images per batch, so that a batch has about a million bytes. */
export function batchSizeFor(bytesPerImage: number): number {
  return Math.min(1024, Math.max(1, Math.floor(2 ** 20 / Math.max(1, bytesPerImage))));
}

/** Most bytes of all images together where they are needed in memory at once. */
export const MAX_PIXELS_IN_MEMORY = 2 ** 30;

/** Batches of images that are in memory, which the batches share. */
// eslint-disable-next-line @typescript-eslint/require-await -- other sets have to wait for theirs
export async function* slices(
  pixels: Uint8Array,
  labels: Uint8Array,
  bytesPerImage: number,
): AsyncGenerator<LabelledBatch, void, undefined> {
  const size = batchSizeFor(bytesPerImage);
  for (let start = 0; start < labels.length; start += size) {
    const end = Math.min(start + size, labels.length);
    yield {
      pixels: pixels.subarray(start * bytesPerImage, end * bytesPerImage),
      labels: labels.subarray(start, end),
    };
  }
}
