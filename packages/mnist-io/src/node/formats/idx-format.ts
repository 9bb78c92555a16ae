/** Data sets as IDX: pairs of files, by the names of MNIST or any other. */
import path from 'node:path';
import { catalogue } from '../../catalogue/catalogue.ts';
import { DATASET_SPLITS } from '../../catalogue/dataset-entry.ts';
import { mnist } from '../../catalogue/entries/mnist.ts';
import type { ImageDataset } from '../../dataset/image-dataset.ts';
import { DatasetError } from '../../errors.ts';
import type { IdxStream } from '../../idx/idx-stream.ts';
import type { IdxArray } from '../../idx/idx-types.ts';
import { areComplete, locateDatasetFiles, readDatasetFiles } from '../dataset-files.ts';
import { openIdxFile } from '../idx/read-idx-file.ts';
import { createIdxFile } from '../idx/write-idx-file.ts';
import { idxPair, kindAt, type PairNames } from './format-names.ts';
import {
  batchSizeFor,
  bytesOf,
  slices,
  type ImageShape,
  type LabelledBatch,
  type LabelledImages,
  type OpenDataset,
  type SetWriter,
} from './labelled-images.ts';
import { SET_NAMES, type SetName } from './set-names.ts';
import { openSource, type SetFiles } from './open-source.ts';

/** The data set in a folder, or of a file of images and its labels. */
export async function readIdx(input: string, labels: string | undefined): Promise<OpenDataset> {
  const opened = await openSource(input, labels, { setsIn, open: openPair });
  if (opened.sets.length > 0) return opened;
  const published = await readPublished(input);
  if (published) return published;
  throw new DatasetError(
    `${input}: expected IDX files of images and labels, named as MNIST's are; received no pair of them. Name the file of the images, and that of the labels with \`labels\`.`,
  );
}

/** The sets of a folder in which files are called as those of MNIST, or as this package calls more. */
async function setsIn(folder: string): Promise<SetFiles[]> {
  const files = await locateDatasetFiles(mnist, folder);
  const found: SetFiles[] = [];
  for (const split of SET_NAMES) {
    const [images, labels] =
      split === 'validation' ? [] : [files[`${split}Images`], files[`${split}Labels`]];
    const pair =
      images !== undefined && labels !== undefined
        ? { images, labels }
        : await pairIn(folder, split);
    if (pair) found.push({ split, ...pair });
  }
  return found;
}

/** The pair of a set by one of the names that {@link idxPair} gives. */
async function pairIn(folder: string, split: SetName): Promise<PairNames | undefined> {
  for (const channels of [1, 3]) {
    for (const gzip of [false, true]) {
      const names = idxPair(split, gzip, channels);
      const [images, labels] = [names.images, names.labels].map((name) => path.join(folder, name));
      const kinds = await Promise.all([kindAt(images!), kindAt(labels!)]);
      if (kinds.every((kind) => kind === 'file')) return { images: images!, labels: labels! };
    }
  }
  return undefined;
}

/** Another data set of the catalogue, with its images upright and its labels from 0. */
async function readPublished(input: string): Promise<OpenDataset | undefined> {
  for (const entry of catalogue) {
    const files = await locateDatasetFiles(entry, input);
    if (!areComplete(files)) continue;
    const splits = await readDatasetFiles(entry, files);
    return {
      sets: DATASET_SPLITS.map((split) => setInMemory(split, splits[split])),
      classNames: entry.classNames,
    };
  }
  return undefined;
}

function setInMemory(split: SetName, { images, labels }: ImageDataset): LabelledImages {
  const [height, width, channels] = images.sampleShape;
  const shape = { height, width, channels };
  return { split, ...shape, batches: () => slices(images.pixels, labels, bytesOf(shape)) };
}

async function openPair({ images, labels, split }: SetFiles): Promise<LabelledImages> {
  const imageStream = await openIdxFile(images);
  let labelStream: IdxStream | undefined;
  try {
    const { type, shape } = imageStream.header;
    const [, height = 0, width = 0, channels = 1] = shape;
    const isImages = (shape.length === 3 || shape.length === 4) && channels >= 1 && channels <= 4;
    if (type !== 'uint8' || !isImages) {
      throw new DatasetError(
        `${images}: expected images, uint8 [N, H, W], or [N, H, W, C] of 1 to 4 channels; received ${type} [${shape.join(', ')}]. Check that this is the file of the images.`,
      );
    }
    labelStream = await openIdxFile(labels);
    const { header } = labelStream;
    if (header.type !== 'uint8' || header.shape.length !== 1) {
      throw new DatasetError(
        `${labels}: expected labels, uint8 [N]; received ${header.type} [${header.shape.join(', ')}]. Check that this is the file of the labels.`,
      );
    }
    if (header.shape[0] !== shape[0]) {
      throw new DatasetError(
        `${images} with ${labels}: expected as many labels as images; received ${shape[0]!} images and ${header.shape[0]!} labels. Use files of the same set.`,
      );
    }
    const imageShape = { height, width, channels };
    const size = batchSizeFor(bytesOf(imageShape));
    const streams = [imageStream, labelStream] as const;
    return { split, ...imageShape, batches: () => zipped(streams[0], streams[1], size) };
  } catch (error) {
    await imageStream.close();
    await labelStream?.close();
    throw error;
  }
}

async function* zipped(
  images: IdxStream,
  labels: IdxStream,
  size: number,
): AsyncGenerator<LabelledBatch, void, undefined> {
  const labelBatches = labels.batches({ size });
  try {
    for await (const { data: pixels } of images.batches({ size })) {
      const { value } = await labelBatches.next();
      yield { pixels: pixels as Uint8Array, labels: (value as IdxArray).data as Uint8Array };
    }
    // Its end is where gzip has its checksum.
    await labelBatches.next();
  } finally {
    await labelBatches.return();
    await labels.close();
  }
}

/** Writes one pair into a folder; `signal` ends it. */
export async function writeIdx(
  folder: string,
  { images, labels }: PairNames,
  { height, width, channels }: ImageShape,
  signal: AbortSignal | undefined,
): Promise<SetWriter> {
  const entryShape = channels === 1 ? [height, width] : [height, width, channels];
  const [imageFile, labelFile] = await Promise.all([
    createIdxFile(path.join(folder, images), {
      type: 'uint8',
      entryShape,
      signal,
    }),
    createIdxFile(path.join(folder, labels), { type: 'uint8', entryShape: [], signal }),
  ]);
  return {
    async append(batch) {
      const count = batch.labels.length;
      await imageFile.append({ shape: [count, ...entryShape], data: batch.pixels });
      await labelFile.append({ shape: [count], data: batch.labels });
    },
    async finish() {
      await imageFile.finish();
      await labelFile.finish();
    },
    async close() {
      await imageFile.discard();
      await labelFile.discard();
    },
  };
}
