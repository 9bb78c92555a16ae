/** Passes one set from its reader to its writer, changed as asked, and counts it. */
import { setImmediate } from 'node:timers/promises';
import type { DatasetSplit } from '../../catalogue/dataset-entry.ts';
import { DatasetError } from '../../errors.ts';
import type { ImageSize, LabelledBatch, LabelledImages, SetWriter } from './labelled-images.ts';
import { missingPictures, type PictureCodec } from './picture-codec.ts';

/** How {@link convertSet} changes a set, and where it writes it. */
export interface SetConversion {
  readonly size: ImageSize | undefined;
  /** Resizes images. */
  readonly pictures: PictureCodec | undefined;
  /** Whether black becomes white and white black. */
  readonly invert: boolean;
  /** Number of class names, where there are any. */
  readonly classCount: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Begins to write images of that size. */
  readonly open: (size: ImageSize) => Promise<SetWriter>;
}

/** One set that was written. */
export interface ConvertedSet extends ImageSize {
  readonly split: DatasetSplit;
  readonly images: number;
  /** Number of images of each label. */
  readonly classCounts: readonly number[];
}

/** Converts a set. */
export async function convertSet(
  set: LabelledImages,
  { size, pictures, invert, classCount, signal, open }: SetConversion,
): Promise<ConvertedSet> {
  const { split } = set;
  const { height, width } = size ?? set;
  if (set.height * set.width === 0) {
    throw new DatasetError(
      `${split} set: expected images of at least one pixel; received ${set.width} × ${set.height}.`,
    );
  }
  const classCounts = new Array<number>(classCount ?? 0).fill(0);
  const writer = await open({ height, width });
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
      const resized = await resizedBatch(batch, set, { height, width }, pictures);
      const pixels = invert ? resized.map((pixel) => 255 - pixel) : resized;
      await writer.append({ pixels, labels: batch.labels });
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
  const images = classCounts.reduce((sum, each) => sum + each, 0);
  return { split, images, height, width, classCounts };
}

async function resizedBatch(
  { pixels, labels }: LabelledBatch,
  from: ImageSize,
  to: ImageSize,
  pictures: PictureCodec | undefined,
): Promise<Uint8Array> {
  if (from.height === to.height && from.width === to.width) return pixels;
  if (pictures === undefined) throw missingPictures('to resize images');
  const [before, after] = [from.height * from.width, to.height * to.width];
  const resized = new Uint8Array(labels.length * after);
  for (let index = 0; index < labels.length; index++) {
    const image = pixels.subarray(index * before, (index + 1) * before);
    const { height, width } = from;
    resized.set(await pictures.resize({ height, width, pixels: image }, to), index * after);
  }
  return resized;
}
