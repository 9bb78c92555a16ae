/** Opens a data set of any format, to be read batch by batch. */
import {
  checkOptions,
  choiceOption,
  integerOption,
  positiveInteger,
  textOption,
} from '@convnet/tensor';
import path from 'node:path';
import { DatasetError } from '../../errors.ts';
import { readCsv } from './csv-format.ts';
import {
  DESCRIPTION_FILE,
  PICTURE_FITS,
  readDescription,
  type DatasetDescription,
  type PictureFit,
} from './dataset-description.ts';
import { DATASET_FORMATS, formatOfInput, kindAt, type DatasetFormat } from './format-names.ts';
import { readIdx } from './idx-format.ts';
import { type ImageSize, type LabelledImages, type OpenDataset } from './labelled-images.ts';
import { SET_NAMES } from './set-names.ts';
import { readNpy, readNpz } from './npy-format.ts';
import { missingPictures, type PictureCodec } from './picture-codec.ts';
import { readPictures } from './picture-format.ts';

/** Options of {@link openDataset}. */
export interface OpenDatasetOptions {
  /** Format of the input; by default what its name and content look like. */
  readonly from?: DatasetFormat | undefined;
  /** File of the labels of an input that is a file of images; by default the one beside it. */
  readonly labels?: string | undefined;
  /** Size that pictures are fitted to; without it they must have one size already. */
  readonly size?: ImageSize | undefined;
  /** Size where pictures are of several sizes, or of more than 64 × 64 pixels. */
  readonly usualSize?: ImageSize | undefined;
  /** Channels that pictures get: 1 to 4; by default 1 if none of them has colours, else 3. */
  readonly channels?: number | undefined;
  /**
   * How pictures are fitted: `letterbox` (default) keeps their proportions and fills up with the colours of
   * their edges, `stretch` does not.
   */
  readonly fit?: PictureFit | undefined;
  /** Order of pictures: class after class (default), or by the names of their files. */
  readonly order?: 'class' | 'name' | undefined;
  /** Decodes pictures; needed for folders of them. */
  readonly pictures?: PictureCodec | undefined;
  /** Ends opening. */
  readonly signal?: AbortSignal | undefined;
}

/** Names of the options of {@link openDataset}. */
export const OPEN_OPTIONS = 'from labels size usualSize channels fit order pictures signal';

/**
 * Opens a data set of images with labels from 0 to 255: IDX, NumPy (`.npz`, `.npy`), CSV or folders of
 * pictures, with the description that belongs to it. IDX, CSV and pictures may be larger than memory.
 *
 * @param input - folder or file.
 * @throws MissingDataError if nothing is there.
 * @throws DatasetError, IdxFormatError, GzipError, NpyFormatError or ImageError if it is broken, two
 * of its class names are equal, or its description does not fit.
 * @throws OptionError if pictures are to be read without `pictures`.
 * @example
 * ```ts
 * const { sets, classNames } = await openDataset('digits.npz');
 * for (const set of sets) {
 *   for await (const { pixels, labels } of set.batches()) {
 *     // pixels: labels.length × set.height × set.width × set.channels bytes
 *   }
 * }
 * ```
 */
export async function openDataset(
  input: string,
  options: OpenDatasetOptions = {},
): Promise<OpenDataset> {
  textOption(input, 'openDataset');
  checkOptions(options, OPEN_OPTIONS, 'openDataset');
  checkOpenOptions(options);
  const kind = await kindAt(input);
  const description = kind ? await readDescription(input, kind) : {};
  const leftOut: string[] = [];
  const beside = kind === 'file' ? path.dirname(input) : input;
  const opened = await openDescribed(input, beside, description, options, leftOut);
  const dataset = { pictures: description.pictures, ...opened, description, leftOut };
  const names = description.classes ?? dataset.classNames ?? [];
  const repeated = names.find((name, k) => names.indexOf(name) < k);
  if (repeated !== undefined) {
    throw new DatasetError(
      `${input}: expected class names that differ; received "${repeated}" twice. Rename one of them.`,
    );
  }
  return { ...dataset, ...(description.classes && { classNames: description.classes }) };
}

function checkOpenOptions(options: OpenDatasetOptions): void {
  const { from, order, fit, channels } = options;
  if (from !== undefined) choiceOption(from, DATASET_FORMATS, 'openDataset from');
  if (order !== undefined) choiceOption(order, ['class', 'name'], 'openDataset order');
  if (fit !== undefined) choiceOption(fit, PICTURE_FITS, 'openDataset fit');
  if (channels !== undefined)
    integerOption(channels, { least: 1, most: 4 }, 'openDataset channels');
  for (const key of ['size', 'usualSize'] as const) {
    const size = options[key];
    if (size === undefined) continue;
    checkOptions(size, 'height width', `openDataset ${key}`);
    positiveInteger(size.height, `openDataset ${key}.height`);
    positiveInteger(size.width, `openDataset ${key}.width`);
  }
}

/**
 * The sets where the description says they are, or else where the format has them.
 * @param beside - the folder of the description.
 */
async function openDescribed(
  input: string,
  beside: string,
  description: DatasetDescription,
  options: OpenDatasetOptions,
  leftOut: string[],
): Promise<OpenDataset> {
  const places = SET_NAMES.flatMap((split) => {
    const place = description.splits?.[split];
    return typeof place === 'string' ? [{ split, place }] : [];
  });
  if (places.length === 0) return openAnyFormat(input, description, options, leftOut);
  const sets: LabelledImages[] = [];
  const names: (readonly string[])[] = [];
  let { pictures } = description;
  for (const { split, place } of places) {
    const file = path.resolve(beside, place);
    const opened = await openAnyFormat(file, description, options, leftOut);
    const [only, other] = opened.sets;
    if (!only || other) {
      throw new DatasetError(
        `${file}: expected one set, ${split}, as ${DESCRIPTION_FILE} says; received ${opened.sets.length}. Name a folder or file of that set alone.`,
      );
    }
    sets.push({ ...only, split });
    pictures = opened.pictures ?? pictures;
    if (opened.classNames) names.push(opened.classNames);
  }
  const [classNames] = names;
  if (
    !description.classes &&
    names.some((others) => others.join('\n') !== classNames!.join('\n'))
  ) {
    throw new DatasetError(
      `${input}: expected the same classes in all sets; they differ. List them as "classes" in ${DESCRIPTION_FILE}.`,
    );
  }
  return { sets, classNames, pictures };
}

async function openAnyFormat(
  input: string,
  description: DatasetDescription,
  options: OpenDatasetOptions,
  leftOut: string[],
): Promise<OpenDataset> {
  const { from, labels, size, usualSize, channels, order = 'class', pictures, signal } = options;
  const format = from ?? (await formatOfInput(input));
  switch (format) {
    case 'idx':
      return readIdx(input, labels);
    case 'npy':
      return readNpy(input, labels);
    case 'npz':
      return readNpz(input, leftOut, signal);
    case 'csv':
      return readCsv(input, description);
    case 'png': {
      if (pictures === undefined) throw missingPictures('to read pictures');
      const fit = options.fit ?? description.pictures?.fit ?? 'letterbox';
      const made = { size, usualSize, channels, fit, order, codec: pictures, signal };
      return readPictures(input, description, made, leftOut);
    }
  }
}
