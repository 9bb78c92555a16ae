/**
 * The four files of MNIST on disk, by either of their usual spellings, gzipped or not, in a folder
 * itself or where torchvision puts them below it.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { DatasetError, MissingDataError } from '../errors.ts';
import { decompressIfGzipped } from '../gzip.ts';
import { MAX_IDX_FILE_BYTES, parseIdx, type IdxArray } from '../idx/idx.ts';
import { ImageDataset, imageDatasetFromIdx } from '../dataset/image-dataset.ts';

/** The four files, in the order images and labels, training and test. */
export const MNIST_PARTS = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;

/** One of the four files. */
export type MnistPart = (typeof MNIST_PARTS)[number];

/** Paths of the four files. */
export type MnistFiles = Readonly<Record<MnistPart, string>>;

/** A training and a test set. */
export interface DatasetSplits {
  readonly train: ImageDataset;
  readonly test: ImageDataset;
}

/** What each file is called on its mirrors, less `.gz`. */
export const MNIST_FILE_NAMES: MnistFiles = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
};

/** Where below a folder the files may lie: in it, or in torchvision's place. */
const SUBFOLDERS = ['.', 'MNIST/raw'];

async function isFile(file: string): Promise<boolean> {
  // Some archives unpack to folders that are named like the files.
  const stat = await fs.stat(file).catch(() => undefined);
  return stat?.isFile() === true;
}

function candidatesOf(folder: string, part: MnistPart): string[] {
  const name = MNIST_FILE_NAMES[part];
  const spellings = [name, name.replace('-idx', '.idx')].flatMap((plain) => [plain, `${plain}.gz`]);
  return SUBFOLDERS.flatMap((below) => spellings.map((file) => path.join(folder, below, file)));
}

/** The files of MNIST that a folder has; none if there is no such folder. */
export async function locateMnistFiles(folder: string): Promise<Partial<MnistFiles>> {
  const found: Partial<Record<MnistPart, string>> = {};
  for (const part of MNIST_PARTS) {
    for (const candidate of candidatesOf(folder, part)) {
      if (await isFile(candidate)) {
        found[part] = candidate;
        break;
      }
    }
  }
  return found;
}

/** Whether all four files were found. */
export function areComplete(files: Partial<MnistFiles>): files is MnistFiles {
  return MNIST_PARTS.every((part) => files[part] !== undefined);
}

/**
 * The four files of MNIST in a folder.
 * @throws MissingDataError naming the files that are not there.
 */
export async function findMnistFiles(folder: string): Promise<MnistFiles> {
  const files = await locateMnistFiles(folder);
  if (areComplete(files)) return files;
  const missing = MNIST_PARTS.filter((part) => files[part] === undefined);
  throw new MissingDataError(
    `${folder}: expected the four files of MNIST, here or in MNIST/raw; received none called ${missing
      .map((part) => `${MNIST_FILE_NAMES[part]}[.gz]`)
      .join(', ')}. Put the files there, or name the folder that has them.`,
  );
}

/**
 * Reads an IDX file, gzipped or not.
 *
 * @throws MissingDataError if there is no such file.
 * @throws DatasetError if it is no file or too large.
 * @throws IdxFormatError or GzipError if its content is not one IDX array.
 */
export async function readIdxFile(file: string): Promise<IdxArray> {
  const stat = await fs.stat(file).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
    throw new MissingDataError(
      `${file}: expected an IDX file; received nothing, there is no such file. Check the path.`,
      { cause: error },
    );
  });
  if (!stat.isFile()) {
    throw new DatasetError(
      `${file}: expected an IDX file; received a folder or device. Check the path.`,
    );
  }
  if (stat.size > MAX_IDX_FILE_BYTES) {
    throw new DatasetError(
      `${file}: expected at most ${MAX_IDX_FILE_BYTES} bytes; received ${stat.size}. Check that this is the right file.`,
    );
  }
  const bytes = await decompressIfGzipped(await fs.readFile(file), {
    source: file,
    maxBytes: MAX_IDX_FILE_BYTES,
  });
  return parseIdx(bytes, { source: file });
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

async function readSplit(
  imagesFile: string,
  labelsFile: string,
  description: string,
): Promise<ImageDataset> {
  return imageDatasetFromIdx(await readIdxFile(imagesFile), await readIdxFile(labelsFile), {
    imagesSource: imagesFile,
    labelsSource: labelsFile,
    description,
  });
}

/** Reads the four files of MNIST; throws as {@link readIdxFile} does. */
export async function readMnistFiles(files: MnistFiles): Promise<DatasetSplits> {
  const folder = path.dirname(files.trainImages);
  return {
    train: await readSplit(files.trainImages, files.trainLabels, `MNIST training set, ${folder}`),
    test: await readSplit(files.testImages, files.testLabels, `MNIST test set, ${folder}`),
  };
}

/**
 * Reads MNIST from a folder.
 *
 * @throws MissingDataError if a file is not there.
 * @throws DatasetError, IdxFormatError or GzipError naming a file that is broken.
 * @example
 * ```ts
 * const { train, test } = await loadMnist('data/mnist');
 * ```
 */
export async function loadMnist(folder: string): Promise<DatasetSplits> {
  return readMnistFiles(await findMnistFiles(folder));
}
