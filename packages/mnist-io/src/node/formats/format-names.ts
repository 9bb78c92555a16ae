/**
 * The formats that data sets are converted between, and where each keeps which set. A data set is
 * a folder, or, in formats that can, a file.
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { MissingDataError } from '../../errors.ts';
import { SET_NAMES, type SetName } from './set-names.ts';

/** Names of the formats. */
export const DATASET_FORMATS = ['idx', 'png', 'npz', 'npy', 'csv'] as const;

/** One of {@link DATASET_FORMATS}. */
export type DatasetFormat = (typeof DATASET_FORMATS)[number];

/** The files of one set. */
export interface PairNames {
  readonly images: string;
  readonly labels: string;
}

/** Files of a set in a folder, as MNIST calls them. */
export function idxPair(split: SetName, gzip: boolean, channels = 1): PairNames {
  const name = split === 'test' ? 't10k' : split;
  const ending = gzip ? '.gz' : '';
  return {
    images: `${name}-images-idx${channels === 1 ? 3 : 4}-ubyte${ending}`,
    labels: `${name}-labels-idx1-ubyte${ending}`,
  };
}

/** The same as NumPy arrays. */
export function npyPair(split: SetName): PairNames {
  return { images: `${split}-images.npy`, labels: `${split}-labels.npy` };
}

/** Images and labels in one file of lines. */
export function csvNames(split: SetName): PairNames {
  return { images: `${split}.csv`, labels: `${split}.csv` };
}

/** The file of the labels that belong to a file of images, by the names that are usual. */
export function labelsBeside(images: string): string {
  const name = path.basename(images);
  const labels = name
    .replace('images', 'labels')
    .replace(/idx[34]/, 'idx1')
    .replace(/^x(?=[_.-])/, 'y')
    .replace(/([_-])x(?=\.)/, '$1y');
  const extension = path.extname(name);
  return path.join(
    path.dirname(images),
    labels === name ? `${path.basename(name, extension)}-labels${extension}` : labels,
  );
}

/** Whether a name is that of an IDX file, such as `train-images-idx3-ubyte.gz`. */
export function isIdxName(file: string): boolean {
  return /[-._]idx\d(-ubyte)?(\.gz)?$|\.idx(\.gz)?$|-ubyte(\.gz)?$/.test(path.basename(file));
}

/** The format that a file's name speaks of. */
export function formatOfName(file: string): DatasetFormat | undefined {
  const extension = path.extname(file).slice(1).toLowerCase();
  if (extension === 'npz' || extension === 'npy' || extension === 'csv') return extension;
  return isIdxName(file) ? 'idx' : undefined;
}

/**
 * Whether a file or a folder is at a path; `undefined` if nothing is.
 * @throws MissingDataError if it is something else: reading a device or a pipe might never end.
 */
export async function kindAt(place: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) return undefined;
  if (found.isDirectory()) return 'folder';
  if (found.isFile()) return 'file';
  throw new MissingDataError(
    `${place}: expected a file or a folder; it is a device, a pipe or a socket. Check the path.`,
  );
}

/**
 * The format of what is there: of a file by its name, of a folder by what is in it.
 * @throws MissingDataError if nothing is there.
 */
export async function formatOfInput(input: string): Promise<DatasetFormat> {
  const kind = await kindAt(input);
  if (kind === undefined) {
    throw new MissingDataError(
      `${input}: expected a data set; there is no such file or folder. Check the path.`,
    );
  }
  // An IDX file may have any name; its content is checked when it is read.
  if (kind === 'file') return formatOfName(input) ?? 'idx';
  const names = await readdir(input);
  if (names.some((name) => isIdxName(name)) || names.includes('MNIST')) return 'idx';
  for (const split of SET_NAMES) {
    if (names.includes(csvNames(split).images)) return 'csv';
    if (names.includes(npyPair(split).images)) return 'npy';
  }
  return 'png';
}
