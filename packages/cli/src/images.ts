/** The images of a command: which to load, loading them, and saying which they are. */
import type { InferenceModel, Preprocessing } from '@convnet/convnet';
import { ProgramError } from '@convnet/convnet/node';
import { ImageSamples, type ImageDataset } from '@convnet/mnist-io';
import {
  loadImages,
  PICTURE_FITS,
  readDataset,
  type DatasetOrigin,
  type ImagesChoice,
  type ImageSize,
  type PictureFit,
  type PicturePreparation,
  type RawImage,
  type SetName,
} from '@convnet/mnist-io/node';
import { datasetNames, dataOption, placeOfData } from './dataset-choice.ts';
import { DownloadDisplay } from './display/download-progress.ts';
import { count } from './display/format.ts';
import type { Output } from './display/output.ts';
import { imageSize, wholeNumber } from './option-values.ts';
import { pictures } from './picture.ts';
import { proxyFetch } from './proxy-fetch.ts';
import { setting, type Values } from './settings.ts';

/** How long a mirror may keep silent where there is nothing to fall back to, in milliseconds. */
export const PATIENCE_MS = 15_000;

/** Size of images where pictures are large, or of several sizes. */
const USUAL_SIZE: ImageSize = { width: 32, height: 32 };

/** Settings of all commands that load images. */
export const dataSettings = {
  data: setting<string>({
    flags: '--data <source>',
    help: `auto (MNIST if available, else generated digits), generated, ${datasetNames}; or a folder of pictures, a folder or file of IDX, .npz, .npy or CSV`,
    parse: dataOption,
    fallback: 'auto',
    row: ['data', String],
  }),
  dataDir: setting<string | undefined>({
    flags: '--data-dir <folder>',
    help: 'folder that holds the data set of that name',
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

/** How pictures of a folder become images. */
export const pictureSettings = {
  size: setting<ImageSize | undefined>({
    flags: '--size <size>',
    help: 'size of images made of pictures, width x height (default: theirs, or 32x32)',
    parse: imageSize,
    row: [
      'pictures',
      (size, { channels, fit, invert }) =>
        [
          size ? `${size.width}x${size.height}` : 'their size or 32x32',
          typeof channels === 'number' ? `channels ${channels}` : 'their channels',
          fit === 'stretch' ? fit : 'letterbox',
          ...(invert === true ? ['inverted'] : []),
        ].join(', '),
    ],
  }),
  channels: setting<number | undefined>({
    flags: '--channels <n>',
    help: 'of images made of pictures: 1 grey, 3 colours; 2 and 4 with opacity (default: theirs)',
    parse: wholeNumber(1, 4),
  }),
  fit: setting<PictureFit | undefined>({
    flags: '--fit <way>',
    help: 'how pictures get their size: letterbox keeps their proportions (default)',
    choices: PICTURE_FITS,
  }),
  invert: setting<boolean | undefined>({
    flags: '--invert',
    help: 'turn black into white and white into black',
  }),
};

/** Values of {@link dataSettings}, and of {@link pictureSettings} where a command has them. */
export type ImagesOptions = Values<typeof dataSettings> & Values<typeof pictureSettings>;

/** Images of a command, as one or more sets. */
export interface Images extends Readonly<Partial<Record<SetName, ImageDataset>>> {
  readonly origin: DatasetOrigin;
  /** How pictures became images, if they did. */
  readonly pictures?: PicturePreparation | undefined;
}

/**
 * Loads what the options ask for, showing downloads, and tells what was left out.
 * @param model - the network that the images are for, if there is one: pictures become images as it
 * saw them in training.
 */
export async function imagesFor(
  options: ImagesOptions,
  output: Output,
  signal: AbortSignal,
  model?: InferenceModel,
): Promise<Images> {
  const place = placeOfData(options.data);
  const images =
    place === undefined
      ? await namedImages(options, output, signal)
      : await ownImages(place, options, output, signal, model);
  const { limit } = options;
  if (limit === undefined) return images;
  const { train, validation, test } = images;
  return {
    ...images,
    ...(train && { train: train.take(limit) }),
    ...(validation && { validation: validation.take(limit) }),
    ...(test && { test: test.take(limit) }),
  };
}

async function namedImages(
  { data, dataDir, seed, limit }: ImagesOptions,
  output: Output,
  signal: AbortSignal,
): Promise<Images> {
  const display = new DownloadDisplay(output);
  try {
    return await loadImages({
      dataset: data as ImagesChoice,
      dataDir,
      seed,
      signal,
      fetch: await proxyFetch(),
      ...display.callbacks,
      // Who insists on a data set rather waits for a slow mirror than goes without it.
      ...(data !== 'auto' && { connectMs: PATIENCE_MS }),
      ...(limit === undefined ? {} : { generatedCounts: { train: limit, test: limit } }),
    });
  } finally {
    display.stop();
  }
}

/** Most names of what was left out on a screen. */
const MOST_LISTED = 10;

async function ownImages(
  place: string,
  { dataDir, seed, size, channels, fit, invert }: ImagesOptions,
  output: Output,
  signal: AbortSignal,
  model: InferenceModel | undefined,
): Promise<Images> {
  if (dataDir !== undefined) {
    throw new ProgramError(
      'usage',
      `--data-dir: expected with a name of the catalogue; received it with --data ${place}, which is a place itself. Leave it out.`,
    );
  }
  const [height, width, modelChannels] = model?.inputShape ?? [];
  const dataset = await readDataset(place, {
    ...{ seed, pictures, signal, usualSize: USUAL_SIZE },
    size: size ?? (height !== undefined && width !== undefined ? { height, width } : undefined),
    channels: channels ?? modelChannels,
    ...{ fit, invert, like: preparationOf(model) },
  });
  const { name, leftOut, notes, ...sets } = dataset;
  for (const note of notes) output.info(`note: ${note}.`);
  if (leftOut.length > 0) {
    const more =
      leftOut.length > MOST_LISTED ? [`  … and ${leftOut.length - MOST_LISTED} more`] : [];
    const listed = leftOut.slice(0, MOST_LISTED).map((what) => `  ${what}`);
    output.warn(`left out, ${count(leftOut.length)}:`, ...listed, ...more);
  }
  return { ...sets, origin: { kind: name, explanation: `${name}, from ${place}`, leftOut } };
}

/** How a network saw pictures in training; undefined if it saw none. */
export function preparationOf(model: InferenceModel | undefined): PicturePreparation | undefined {
  const { fit, invert = false } = model?.info.preprocessing ?? {};
  return fit && { fit, invert };
}

/**
 * The set that a command needs.
 * @throws ProgramError if the data has none.
 */
export function setOf(images: Images, name: SetName): ImageDataset {
  const set = images[name];
  if (set) return set;
  throw new ProgramError(
    'badData',
    `${images.origin.explanation}: expected a ${name === 'train' ? 'training' : name} set; received none. Name a folder or file that has one.`,
  );
}

/** What a network remembers of its inputs. */
export const preprocessingOf = (
  { images }: ImageDataset,
  { pictures: made }: Images,
): Preprocessing => ({
  ...images.normalization,
  ...made,
});

/** Pixels as inputs of a network; by MNIST's constants, if its file does not tell its own. */
export function samplesFor(
  image: RawImage,
  preprocessing: Preprocessing | undefined,
): ImageSamples {
  if (!preprocessing) return new ImageSamples(image);
  const { mean, standardDeviation } = preprocessing;
  return new ImageSamples({ ...image, normalization: { mean, standardDeviation } });
}
