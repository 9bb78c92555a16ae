/** The images of a command: which to load, loading them, and saying which they are. */
import type { Preprocessing } from '@convnet/convnet';
import { ImageSamples, type ImageDataset } from '@convnet/mnist-io';
import { loadImages, type ImagesChoice, type LoadedDataset } from '@convnet/mnist-io/node';
import { datasetNames, datasetOption } from './dataset-choice.ts';
import { DownloadDisplay } from './display/download-progress.ts';
import { count } from './display/format.ts';
import type { Output } from './display/output.ts';
import { wholeNumber } from './option-values.ts';
import { proxyFetch } from './proxy-fetch.ts';
import { setting, type Values } from './settings.ts';

/** How long a mirror may keep silent where there is nothing to fall back to, in milliseconds. */
export const PATIENCE_MS = 15_000;

/** Settings of all commands that load images. */
export const dataSettings = {
  dataset: setting<ImagesChoice>({
    flags: '--dataset <name>',
    help: `data: auto is MNIST if available, else generated digits; generated; or ${datasetNames}`,
    parse: datasetOption,
    fallback: 'auto',
    row: ['dataset', String],
  }),
  dataDir: setting<string | undefined>({
    flags: '--data-dir <folder>',
    help: 'folder that holds the data set',
    row: ['data folder', (folder) => folder ?? 'not given'],
  }),
  limit: setting<number | undefined>({
    flags: '--limit <n>',
    help: 'at most n training and n test images',
    parse: wholeNumber(1),
    row: ['limit', (limit) => (limit === undefined ? 'none' : `${count(limit)} images`)],
  }),
  seed: setting<number>({
    flags: '--seed <n>',
    help: 'root of all random numbers',
    parse: wholeNumber(0),
    fallback: 1,
    row: ['seed', String],
  }),
};

/** Values of {@link dataSettings}. */
export type ImagesOptions = Values<typeof dataSettings>;

/** Loads what the options ask for, showing downloads. */
export async function imagesFor(
  options: ImagesOptions,
  output: Output,
  signal: AbortSignal,
): Promise<LoadedDataset> {
  const { dataset, dataDir, seed, limit } = options;
  const display = new DownloadDisplay(output);
  try {
    const images = await loadImages({
      dataset,
      dataDir,
      seed,
      signal,
      fetch: await proxyFetch(),
      ...display.callbacks,
      // Who insists on a data set rather waits for a slow mirror than goes without it.
      ...(dataset !== 'auto' && { connectMs: PATIENCE_MS }),
      ...(limit === undefined ? {} : { generatedCounts: { train: limit, test: limit } }),
    });
    if (limit === undefined) return images;
    return { ...images, train: images.train.take(limit), test: images.test.take(limit) };
  } finally {
    display.stop();
  }
}

/** The images as inputs of a network that wants this preprocessing. */
export function samplesFor(
  { images }: ImageDataset,
  preprocessing: Preprocessing | undefined,
): ImageSamples {
  if (!preprocessing) return images;
  const [height, width, channels] = images.sampleShape;
  const { pixels } = images;
  return new ImageSamples({ pixels, height, width, channels, normalization: preprocessing });
}
