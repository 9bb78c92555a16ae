/** Opens a data set of any format, to be read batch by batch. */
import { checkOptions, choiceOption, positiveInteger, textOption } from '@convnet/tensor';
import { DatasetError } from '../../errors.ts';
import { readCsv } from './csv-format.ts';
import { DATASET_FORMATS, formatOfInput, type DatasetFormat } from './formats.ts';
import { readIdx } from './idx-format.ts';
import type { ImageSize, OpenDataset } from './labelled-images.ts';
import { readNpy, readNpz } from './npy-format.ts';
import { missingPictures, type PictureCodec } from './picture-codec.ts';
import { readPictures } from './picture-format.ts';

/** Options of {@link openDataset}. */
export interface OpenDatasetOptions {
  /** Format of the input; by default what its name and content look like. */
  readonly from?: DatasetFormat | undefined;
  /** File of the labels of an input that is a file of images; by default the one beside it. */
  readonly labels?: string | undefined;
  /** Size that pictures are resized to; without it they must have one size already. */
  readonly size?: ImageSize | undefined;
  /** Order of pictures: class after class (default), or by the names of their files. */
  readonly order?: 'class' | 'name' | undefined;
  /** Decodes pictures; needed for folders of them. */
  readonly pictures?: PictureCodec | undefined;
  /** Ends opening. */
  readonly signal?: AbortSignal | undefined;
}

/** Names of the options of {@link openDataset}. */
export const OPEN_OPTIONS = 'from labels size order pictures signal';

/**
 * Opens a data set of grey images with labels from 0 to 255: IDX, NumPy (`.npz`, `.npy`), CSV or
 * folders of pictures. IDX, CSV and pictures may be larger than memory.
 *
 * @param input - folder or file.
 * @throws MissingDataError if nothing is there.
 * @throws DatasetError, IdxFormatError, GzipError, NpyFormatError or ImageError if it is broken, or two
 * of its class names are equal.
 * @throws OptionError if pictures are to be read without `pictures`.
 * @example
 * ```ts
 * const { sets, classNames } = await openDataset('digits.npz');
 * for (const set of sets) {
 *   for await (const { pixels, labels } of set.batches()) {
 *     // pixels: labels.length × set.height × set.width bytes
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
  const { from, size, order } = options;
  if (from !== undefined) choiceOption(from, DATASET_FORMATS, 'openDataset from');
  if (order !== undefined) choiceOption(order, ['class', 'name'], 'openDataset order');
  if (size !== undefined) {
    checkOptions(size, 'height width', 'openDataset size');
    positiveInteger(size.height, 'openDataset size.height');
    positiveInteger(size.width, 'openDataset size.width');
  }
  const dataset = await openAnyFormat(input, options);
  const names = dataset.classNames ?? [];
  const repeated = names.find((name, k) => names.indexOf(name) < k);
  if (repeated !== undefined) {
    throw new DatasetError(
      `${input}: expected class names that differ; received "${repeated}" twice. Rename one of them.`,
    );
  }
  return dataset;
}

async function openAnyFormat(
  input: string,
  { from, labels, size, order = 'class', pictures, signal }: OpenDatasetOptions,
): Promise<OpenDataset> {
  const format = from ?? (await formatOfInput(input));
  switch (format) {
    case 'idx':
      return readIdx(input, labels);
    case 'npy':
      return readNpy(input, labels);
    case 'npz':
      return readNpz(input, signal);
    case 'csv':
      return readCsv(input);
    case 'png':
      if (pictures === undefined) throw missingPictures('to read pictures');
      return readPictures(input, size, order, pictures);
  }
}
