/** Data sets as IDX: pairs of files, by the names of MNIST or any other. */
import path from 'node:path';
import { catalogue } from '../../catalogue/catalogue.ts';
import { DATASET_SPLITS, type DatasetSplit } from '../../catalogue/dataset-entry.ts';
import { mnist } from '../../catalogue/entries/mnist.ts';
import type { ImageDataset } from '../../dataset/image-dataset.ts';
import { DatasetError } from '../../errors.ts';
import type { IdxStream } from '../../idx/idx-stream.ts';
import type { IdxArray } from '../../idx/idx-types.ts';
import { areComplete, locateDatasetFiles, readDatasetFiles } from '../dataset-files.ts';
import { openIdxFile } from '../idx/read-idx-file.ts';
import { createIdxFile } from '../idx/write-idx-file.ts';
import type { PairNames } from './formats.ts';
import {
  batchSizeFor,
  slices,
  type ImageSize,
  type LabelledBatch,
  type LabelledImages,
  type OpenDataset,
  type SetWriter,
} from './labelled-images.ts';
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

/** The sets of a folder in which files are called as those of MNIST. */
async function setsIn(folder: string): Promise<SetFiles[]> {
  const files = await locateDatasetFiles(mnist, folder);
  return DATASET_SPLITS.flatMap((split) => {
    const [images, labels] = [files[`${split}Images`], files[`${split}Labels`]];
    return images !== undefined && labels !== undefined ? [{ split, images, labels }] : [];
  });
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

function setInMemory(split: DatasetSplit, { images, labels }: ImageDataset): LabelledImages {
  const [height, width] = images.sampleShape;
  return { split, height, width, batches: () => slices(images.pixels, labels, height * width) };
}

async function openPair({ images, labels, split }: SetFiles): Promise<LabelledImages> {
  const imageStream = await openIdxFile(images);
  let labelStream: IdxStream | undefined;
  try {
    const { type, shape } = imageStream.header;
    const isImages = shape.length === 3 || (shape.length === 4 && shape[3] === 1);
    if (type !== 'uint8' || !isImages) {
      throw new DatasetError(
        `${images}: expected images, uint8 [N, H, W] or [N, H, W, 1]; received ${type} [${shape.join(', ')}]. Check that this is the file of the images.`,
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
    const [height, width] = [shape[1]!, shape[2]!];
    const size = batchSizeFor(height * width);
    const streams = [imageStream, labelStream] as const;
    return { split, height, width, batches: () => zipped(streams[0], streams[1], size) };
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
  { height, width }: ImageSize,
  signal: AbortSignal | undefined,
): Promise<SetWriter> {
  const [imageFile, labelFile] = await Promise.all([
    createIdxFile(path.join(folder, images), {
      type: 'uint8',
      entryShape: [height, width],
      signal,
    }),
    createIdxFile(path.join(folder, labels), { type: 'uint8', entryShape: [], signal }),
  ]);
  return {
    async append(batch) {
      const count = batch.labels.length;
      await imageFile.append({ shape: [count, height, width], data: batch.pixels });
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
