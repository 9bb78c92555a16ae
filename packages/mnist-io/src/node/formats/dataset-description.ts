/**
 * What a data set says of itself, in a file that belongs to it alone: `dataset.json` in a folder,
 * `digits.csv.json` beside `digits.csv`. Everything in it may be left out:
 *
 *     {
 *       "name": "shapes",
 *       "classes": ["circle", "cross", "square"],
 *       "shape": [32, 32, 3],
 *       "splits": { "train": "photos", "test": "more/photos", "validation": 0.1 },
 *       "normalization": { "mean": [0.49, 0.48, 0.45], "standardDeviation": [0.25, 0.24, 0.26] },
 *       "pictures": { "fit": "letterbox", "invert": false }
 *     }
 */
import { kindOf, shown } from '@convnet/tensor';
import { readRegularFile } from '@convnet/tensor/node';
import path from 'node:path';
import type { Normalization } from '../../dataset/image-samples.ts';
import { DatasetError } from '../../errors.ts';
import { kindAt } from './format-names.ts';
import { SET_NAMES, type SetName } from './set-names.ts';

/** How a picture of any size becomes an image: `letterbox` keeps its proportions, `stretch` does not. */
export const PICTURE_FITS = ['letterbox', 'stretch'] as const;

/** One of {@link PICTURE_FITS}. */
export type PictureFit = (typeof PICTURE_FITS)[number];

/** How pictures became images; whoever uses a network that was trained on them does the same. */
export interface PicturePreparation {
  readonly fit: PictureFit;
  /** Whether black became white and white black. */
  readonly invert: boolean;
}

/** What a data set says of itself. */
export interface DatasetDescription {
  /** By default the name of the folder or file. */
  readonly name?: string;
  /** One name per class, in the order of the labels. */
  readonly classes?: readonly string[];
  /** Shape of the images: that pictures get, or that rows of a CSV file have. */
  readonly shape?: readonly [height: number, width: number, channels: number];
  /**
   * Where the sets are, as paths from the description; or which share of the training images,
   * above 0 and below 1, becomes another set.
   */
  readonly splits?: Readonly<Partial<Record<SetName, string | number>>>;
  /** Constants of the inputs; by default those of the training images. */
  readonly normalization?: Normalization;
  readonly pictures?: PicturePreparation;
}

/** Name of the description in a folder. */
export const DESCRIPTION_FILE = 'dataset.json';

/** Most bytes of a description: it has at most 256 names. */
const MAX_BYTES = 2 ** 20;

/** Most classes: a label is a byte. */
export const MAX_CLASSES = 256;

/** The file that describes a folder, or a file. */
export const descriptionOf = (source: string, kind: 'file' | 'folder'): string =>
  kind === 'file' ? `${source}.json` : path.join(source, DESCRIPTION_FILE);

/**
 * The description that belongs to a folder or a file; empty if there is none.
 * @throws DatasetError naming what is wrong with it.
 */
export async function readDescription(
  source: string,
  kind: 'file' | 'folder',
): Promise<DatasetDescription> {
  const file = descriptionOf(source, kind);
  if ((await kindAt(file)) !== 'file') return {};
  const text = new TextDecoder().decode(await readRegularFile(file, MAX_BYTES));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DatasetError(`${file}: expected JSON; ${(error as Error).message}. Correct it.`, {
      cause: error,
    });
  }
  return checkDescription(value, file);
}

/** The text of a description. */
export const encodeDescription = (description: DatasetDescription): string =>
  `${JSON.stringify(description, undefined, 2)}\n`;

type Checks = Readonly<Record<string, (value: unknown) => boolean>>;

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const isListOf =
  (check: (entry: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.length > 0 && value.every(check);
const isConstant = (value: unknown): boolean => isNumber(value) || isListOf(isNumber)(value);
const isPlace = (value: unknown): boolean =>
  isText(value) || (isNumber(value) && (value as number) > 0 && (value as number) < 1);

/** Each key, whether a value fits it, and what to say if none does. */
const CHECKS: Readonly<Record<string, readonly [fits: (value: unknown) => boolean, what: string]>> =
  {
    name: [isText, 'a name'],
    classes: [
      (value) => isListOf(isText)(value) && new Set(value as string[]).size <= MAX_CLASSES,
      `a list of at most ${MAX_CLASSES} names`,
    ],
    shape: [
      (value) =>
        isListOf(isCount)(value) &&
        (value as number[]).length === 3 &&
        (value as number[])[2]! <= 4,
      '[height, width, channels], with at most 4 channels',
    ],
    splits: [
      hasOnly(Object.fromEntries(SET_NAMES.map((name) => [name, isPlace]))),
      `paths of ${SET_NAMES.join(', ')}, or shares above 0 and below 1`,
    ],
    normalization: [
      hasOnly({ mean: isConstant, standardDeviation: isConstant }),
      'mean and standardDeviation, each a number or a list of one for each channel',
    ],
    pictures: [
      hasOnly({ fit: (value) => PICTURE_FITS.includes(value as PictureFit), invert: isBoolean }),
      `fit (${PICTURE_FITS.join(' or ')}) and invert (true or false)`,
    ],
  };

/** Whether a value is an object of these keys alone. */
function hasOnly(checks: Checks): (value: unknown) => boolean {
  return (value) =>
    kindOf(value) === 'Object' &&
    Object.entries(value as object).every(([key, entry]) => checks[key]?.(entry) === true);
}

function checkDescription(value: unknown, file: string): DatasetDescription {
  if (kindOf(value) !== 'Object') {
    throw new DatasetError(`${file}: expected an object; received ${shown(value)}. Correct it.`);
  }
  for (const [key, entry] of Object.entries(value as object)) {
    const check = CHECKS[key];
    if (!check) {
      throw new DatasetError(
        `${file}: expected ${Object.keys(CHECKS).join(', ')}; received ${shown(key)}. Correct it.`,
      );
    }
    if (!check[0](entry)) {
      throw new DatasetError(
        `${file}: ${key}: expected ${check[1]}; received ${shown(entry)}. Correct it.`,
      );
    }
  }
  return value as DatasetDescription;
}
