/** Converts data sets, and single arrays, from one format to another. */
import { checkOptions, OptionError, textOption } from '@convnet/tensor';
import path from 'node:path';
import { DatasetError } from '../../errors.ts';
import { idxTypeName, type IdxTypeName } from '../../idx/idx-types.ts';
import { readArray, writeArray } from './convert-array.ts';
import { convertSet, type ConvertedSet } from './convert-set.ts';
import { DatasetWriter } from './dataset-writer.ts';
import {
  formatOfInput,
  formatOfName,
  kindAt,
  labelsBeside,
  type DatasetFormat,
} from '../formats/format-names.ts';
import { commonShape, type OpenDataset } from '../formats/labelled-images.ts';
import type { SetName } from '../formats/set-names.ts';
import { OPEN_OPTIONS, openDataset, type OpenDatasetOptions } from '../formats/open-dataset.ts';
import { stagedOutput } from './staged-output.ts';

/** Formats to convert from and to. */
export interface ConversionFormats {
  readonly from: DatasetFormat;
  readonly to: DatasetFormat;
}

/** Options of {@link convertDataset}. */
export interface ConvertDatasetOptions extends OpenDatasetOptions {
  /** Format of the output; by default by its name, else pictures from IDX, and IDX from others. */
  readonly to?: DatasetFormat | undefined;
  /** The set to convert; or, of an input with one set, what to call it. */
  readonly split?: SetName | undefined;
  /** Whether to turn black into white and white into black. */
  readonly invert?: boolean | undefined;
  /** Whether to gzip IDX files in a folder; single files are gzipped if they are called `.gz`. */
  readonly gzip?: boolean | undefined;
  /** Whether to overwrite an existing output. */
  readonly force?: boolean | undefined;
  /** Ends the conversion; the output then stays as it was. */
  readonly signal?: AbortSignal | undefined;
}

/** One array that was converted by itself, since no labels belong to it. */
export interface ConvertedArray {
  readonly kind: 'array';
  readonly type: IdxTypeName;
  readonly shape: readonly number[];
}

/** A data set that was converted. */
export interface ConvertedSets {
  readonly kind: 'sets';
  readonly sets: readonly ConvertedSet[];
  /** The name of each class, where the input says. */
  readonly classNames: readonly string[] | undefined;
  /** Files that were written; `undefined` for a folder of pictures. */
  readonly files: readonly string[] | undefined;
  /** Names of what else the input holds and was not converted, such as arrays of a validation set. */
  readonly leftOut: readonly string[];
}

/**
 * The formats of a conversion, as {@link convertDataset} chooses them where none is given.
 * @throws MissingDataError if there is no input.
 */
export async function conversionFormats(
  input: string,
  output: string,
  formats: Pick<ConvertDatasetOptions, 'from' | 'to'> = {},
): Promise<ConversionFormats> {
  textOption(input, 'conversionFormats input');
  textOption(output, 'conversionFormats output');
  checkOptions(formats, 'from to', 'conversionFormats');
  const from = formats.from ?? (await formatOfInput(input));
  const to = formats.to ?? formatOfName(output) ?? (from === 'idx' ? 'png' : 'idx');
  return { from, to };
}

/**
 * Converts a data set between IDX, folders of pictures, NumPy (`.npz`, `.npy`) and CSV; or a single
 * array of any type between IDX and `.npy`. The output appears when it is whole: what fails leaves
 * what was there before.
 *
 * @param input - folder or file.
 * @param output - folder or file.
 * @throws MissingDataError if there is no input.
 * @throws DatasetError, IdxFormatError, GzipError, NpyFormatError or ImageError if it is broken, or
 * does not fit the output's format.
 * @throws OutputError if something is in the output's place, or it cannot be written to.
 * @throws OptionError if options do not fit.
 * @example
 * ```ts
 * await convertDataset('mnist.npz', 'mnist', { gzip: true }); // MNIST's four files
 * ```
 */
export async function convertDataset(
  input: string,
  output: string,
  options: ConvertDatasetOptions = {},
): Promise<ConvertedArray | ConvertedSets> {
  checkOptions(options, `${OPEN_OPTIONS} to split invert gzip force`, 'convertDataset');
  const { from, to } = options;
  const formats = await conversionFormats(input, output, { from, to });
  return (await isSingleArray(input, output, formats, options))
    ? convertArray(input, output, options)
    : convertSets(input, output, formats, options);
}

/** Whether both are files of one array, and no labels belong to it. */
async function isSingleArray(
  input: string,
  output: string,
  { from, to }: ConversionFormats,
  { labels }: ConvertDatasetOptions,
): Promise<boolean> {
  const areArrays = (from === 'idx' || from === 'npy') && (to === 'idx' || to === 'npy');
  if (!areArrays || formatOfName(output) !== to || labels !== undefined) return false;
  if ((await kindAt(input)) !== 'file') return false;
  return (await kindAt(labelsBeside(input))) !== 'file';
}

async function convertArray(
  input: string,
  output: string,
  { force = false, size, invert, split, signal }: ConvertDatasetOptions,
): Promise<ConvertedArray> {
  if (size !== undefined || invert === true || split !== undefined) {
    throw new OptionError(
      `\`size\`, \`invert\` and \`split\` are for images with labels; ${input} has no labels beside it. Name them with \`labels\`.`,
    );
  }
  const array = await readArray(input);
  const name = path.basename(output);
  const plan = { folder: path.dirname(output), files: [name], force };
  await stagedOutput(plan, async (folder) => {
    signal?.throwIfAborted();
    await writeArray(path.join(folder, name), array, signal);
  });
  return { kind: 'array', type: idxTypeName(array.data), shape: array.shape };
}

/** The sets that are wanted: all, the one chosen, or the only one under the name chosen. */
function chosenSets(
  input: string,
  { sets, classNames }: OpenDataset,
  split: SetName | undefined,
): OpenDataset {
  if (split === undefined) return { sets, classNames };
  const [only] = sets;
  if (sets.length === 1) return { sets: [{ ...only!, split }], classNames };
  const chosen = sets.filter((set) => set.split === split);
  if (chosen.length === 0) {
    throw new DatasetError(`${input}: expected a ${split} set; received none.`);
  }
  return { sets: chosen, classNames };
}

async function convertSets(
  input: string,
  output: string,
  { from, to: format }: ConversionFormats,
  options: ConvertDatasetOptions,
): Promise<ConvertedSets> {
  const { force = false, gzip = false, invert = false, size, pictures, signal } = options;
  const { labels, order, usualSize, channels } = options;
  const how = { from, labels, size, usualSize, channels, order, pictures, signal };
  const opened = await openDataset(input, { ...how, fit: options.fit });
  const { sets, classNames } = chosenSets(input, opened, options.split);
  const made = opened.pictures;
  const fit = options.fit ?? made?.fit ?? 'letterbox';
  const shape = commonShape(input, sets, size);
  const writer = new DatasetWriter({
    ...{ output, format, splits: sets.map(({ split }) => split), shape, classNames },
    ...{ gzip, pictures, signal },
    prepared: made && { fit, invert: made.invert !== invert },
  });
  const { folder, files } = writer;
  const results: ConvertedSet[] = [];
  await stagedOutput({ folder, files, force }, async (staging) => {
    for (const set of sets) {
      results.push(
        await convertSet(set, {
          ...{ size, fit, pictures, invert, signal },
          classCount: classNames?.length,
          open: () => writer.writer(staging, set.split),
        }),
      );
    }
    await writer.finish(staging);
    signal?.throwIfAborted();
  });
  return {
    kind: 'sets',
    sets: results,
    classNames,
    files: files?.map((file) => path.join(folder, file)),
    leftOut: opened.leftOut ?? [],
  };
}
