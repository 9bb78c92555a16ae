/** Passes one set from its reader to its writer, changed as asked, and counts it. */
import { setImmediate } from 'node:timers/promises';
import { inverted } from '../../dataset/inverted.ts';
import { DatasetError } from '../../errors.ts';
import type { PictureFit } from '../formats/dataset-description.ts';
import {
  bytesOf,
  type ImageShape,
  type ImageSize,
  type LabelledBatch,
  type LabelledImages,
  type SetWriter,
} from '../formats/labelled-images.ts';
import { type SetName } from '../formats/set-names.ts';
import { missingPictures, type PictureCodec } from '../formats/picture-codec.ts';

/** How {@link convertSet} changes a set, and where it writes it. */
export interface SetConversion {
  readonly size: ImageSize | undefined;
  readonly fit: PictureFit;
  /** Resizes images. */
  readonly pictures: PictureCodec | undefined;
  /** Whether black becomes white and white black. */
  readonly invert: boolean;
  /** Number of class names, where there are any. */
  readonly classCount: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Begins to write images of that shape. */
  readonly open: (shape: ImageShape) => Promise<SetWriter>;
}

/** One set that was written. */
export interface ConvertedSet extends ImageShape {
  readonly split: SetName;
  readonly images: number;
  /** Number of images of each label. */
  readonly classCounts: readonly number[];
}

/** Converts a set. */
export async function convertSet(
  set: LabelledImages,
  { size, fit, pictures, invert, classCount, signal, open }: SetConversion,
): Promise<ConvertedSet> {
  const { split, channels } = set;
  const { height, width } = size ?? set;
  const shape = { height, width, channels };
  if (set.height * set.width === 0) {
    throw new DatasetError(
      `${split} set: expected images of at least one pixel; received ${set.width} × ${set.height}.`,
    );
  }
  const classCounts = new Array<number>(classCount ?? 0).fill(0);
  const writer = await open(shape);
  try {
    for await (const batch of set.batches()) {
      // From memory to memory nothing else lets a signal of the system through.
      await setImmediate();
      signal?.throwIfAborted();
      for (const label of batch.labels) {
        if (classCount !== undefined && label >= classCount) {
          throw new DatasetError(
            `${split} set: expected labels from 0 to ${classCount - 1}, one for each class name; received ${label}. Check the labels.`,
          );
        }
        while (classCounts.length <= label) classCounts.push(0);
        classCounts[label]! += 1;
      }
      const resized = await resizedBatch(batch, set, shape, fit, pictures);
      const pixels = invert ? inverted(resized, channels) : resized;
      await writer.append({ pixels, labels: batch.labels });
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
  const images = classCounts.reduce((sum, each) => sum + each, 0);
  return { split, images, ...shape, classCounts };
}

async function resizedBatch(
  { pixels, labels }: LabelledBatch,
  { height, width, channels }: ImageShape,
  to: ImageShape,
  fit: PictureFit,
  pictures: PictureCodec | undefined,
): Promise<Uint8Array> {
  if (height === to.height && width === to.width) return pixels;
  if (pictures === undefined) throw missingPictures('to resize images');
  const from = { height, width, channels };
  const [before, after] = [bytesOf(from), bytesOf(to)];
  const resized = new Uint8Array(labels.length * after);
  for (let index = 0; index < labels.length; index++) {
    const image = { ...from, pixels: pixels.subarray(index * before, (index + 1) * before) };
    resized.set(await pictures.resize(image, to, fit), index * after);
  }
  return resized;
}
