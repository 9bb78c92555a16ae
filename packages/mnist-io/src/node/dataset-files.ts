/**
 * The four files of a data set on disk: by either of their usual spellings, gzipped or not, in the
 * places where people and torchvision put them.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { booleanOption, checkOptions, textOption } from '@convnet/tensor';
import { catalogue } from '../catalogue/catalogue.ts';
import {
  DATASET_PARTS,
  type DatasetEntry,
  type DatasetPart,
  type DatasetSplit,
  type FileIdentity,
  type PublishedFile,
} from '../catalogue/dataset-entry.ts';
import { classLabels, uprightImages } from '../catalogue/stored-layout.ts';
import { imageDatasetFromIdx } from '../dataset/image-dataset-from-idx.ts';
import type { ImageDataset } from '../dataset/image-dataset.ts';
import type { Normalization } from '../dataset/image-samples.ts';
import { normalizationOf } from '../dataset/pixel-statistics.ts';
import { DatasetError, MissingDataError } from '../errors.ts';
import { checkEntry, checkFiles } from './dataset-checks.ts';
import { hasIdentity } from './download/file-identity.ts';
import { readIdxFile } from './idx/read-idx-file.ts';

/** Paths of the four files. */
export type DatasetFiles = Readonly<Record<DatasetPart, string>>;

/** A training and a test set. */
export interface DatasetSplits extends Readonly<Record<DatasetSplit, ImageDataset>> {
  /** The images to learn from. */
  readonly train: ImageDataset;
  /** The images to be judged by. */
  readonly test: ImageDataset;
}

async function isFile(file: string): Promise<boolean> {
  // Some archives unpack to folders that are named like the files.
  const stat = await fs.stat(file).catch(() => undefined);
  return stat?.isFile() === true;
}

const withoutGz = (name: string): string => name.replace(/\.gz$/, '');

/** Data sets whose files are called alike, so that a name alone does not tell which they are. */
function namesakesOf(entry: DatasetEntry): DatasetEntry[] {
  const { name } = entry.files.trainImages;
  return catalogue.filter(
    (other) => other.name !== entry.name && other.files.trainImages.name === name,
  );
}

/** Whether files of such names that lie in a common folder are those of this data set: MNIST's. */
const ownsPlainFolder = (entry: DatasetEntry): boolean =>
  entry.name === 'mnist' || namesakesOf(entry).length === 0;

/** Which folders below one are searched. */
export interface SearchOptions {
  /** Whether the folder was named for this data set alone and may hold the files itself. */
  readonly isDedicated: boolean;
}

/** Where below a folder the files may lie, the likeliest first. */
function subfoldersOf(entry: DatasetEntry, { isDedicated }: SearchOptions): string[] {
  const { folder, torchvisionFolder } = entry;
  const own = [folder, torchvisionFolder];
  if (entry.archive) own.push('gzip', path.posix.join(torchvisionFolder, 'gzip'));
  if (ownsPlainFolder(entry)) return ['.', ...own];
  // Other data sets have files of the same names: a folder of its own goes first.
  return isDedicated ? [...own, '.'] : own;
}

/** The files of a data set that a folder has; none if there is no such folder. */
export async function locateDatasetFiles(
  entry: DatasetEntry,
  folder: string,
  search: SearchOptions = { isDedicated: true },
): Promise<Partial<DatasetFiles>> {
  checkEntry(entry, 'locateDatasetFiles entry');
  textOption(folder, 'locateDatasetFiles folder');
  checkOptions(search, 'isDedicated', 'locateDatasetFiles');
  booleanOption(search.isDedicated, 'locateDatasetFiles isDedicated');
  const found: Partial<Record<DatasetPart, string>> = {};
  for (const part of DATASET_PARTS) {
    const name = withoutGz(entry.files[part].name);
    const spellings = [name, name.replace('-idx', '.idx')];
    const names = spellings.flatMap((plain) => [plain, `${plain}.gz`]);
    const candidates = subfoldersOf(entry, search).flatMap((below) =>
      names.map((file) => path.join(folder, below, file)),
    );
    for (const candidate of candidates) {
      if (await isFile(candidate)) {
        found[part] = candidate;
        break;
      }
    }
  }
  return found;
}

/** Whether all four files were found. */
export function areComplete(files: Partial<DatasetFiles>): files is DatasetFiles {
  checkFiles(files, 'areComplete', false);
  return DATASET_PARTS.every((part) => files[part] !== undefined);
}

/** An error that names the files a folder lacks. */
export function missingFilesError(
  entry: DatasetEntry,
  folder: string,
  files: Partial<DatasetFiles>,
): MissingDataError {
  const missing = DATASET_PARTS.filter((part) => files[part] === undefined).map(
    (part) => `${withoutGz(entry.files[part].name)}[.gz]`,
  );
  return new MissingDataError(
    `${folder}: expected the four files of ${entry.title}, here, in ${entry.folder} or in ${entry.torchvisionFolder}; received none called ${missing.join(', ')}. Put the files there, or name the folder that has them.`,
  );
}

/**
 * The four files of a data set in a folder.
 * @throws MissingDataError naming the files that are not there.
 */
export async function findDatasetFiles(entry: DatasetEntry, folder: string): Promise<DatasetFiles> {
  const files = await locateDatasetFiles(entry, folder);
  if (areComplete(files)) return files;
  throw missingFilesError(entry, folder, files);
}

/** Size and hashes of a file in its form on disk, gzipped as published or decompressed. */
export function identityOnDisk(published: PublishedFile, file: string): FileIdentity {
  return file.endsWith('.gz') ? published : (published.unpacked ?? {});
}

/**
 * Refuses files of another data set whose files are called alike. Labels tell them apart and are
 * small.
 */
async function refuseNamesakes(entry: DatasetEntry, files: DatasetFiles): Promise<void> {
  const file = files.testLabels;
  for (const other of namesakesOf(entry)) {
    const identity = identityOnDisk(other.files.testLabels, file);
    if (identity.sha256 !== undefined && (await hasIdentity(file, identity))) {
      throw new DatasetError(
        `${file}: expected labels of ${entry.title}; received those of ${other.title}, whose files are called alike. Name another folder, or choose --dataset ${other.name}.`,
      );
    }
  }
}

async function readSplit(
  entry: DatasetEntry,
  files: DatasetFiles,
  split: DatasetSplit,
  normalization: Normalization | undefined,
): Promise<ImageDataset> {
  const [imagesSource, labelsSource] = [files[`${split}Images`], files[`${split}Labels`]];
  const { firstLabel = 0, classNames } = entry;
  const stored = await readIdxFile(imagesSource);
  const images = entry.isTransposed ? uprightImages(stored) : stored;
  const labels = classLabels(await readIdxFile(labelsSource), { firstLabel, source: labelsSource });
  const constants =
    normalization ??
    entry.normalization ??
    (images.data instanceof Uint8Array ? normalizationOf(images.data) : undefined);
  const kind = split === 'train' ? 'training set' : 'test set';
  return imageDatasetFromIdx(images, labels, {
    imagesSource,
    labelsSource,
    classNames,
    ...(constants && { normalization: constants }),
    description: `${entry.title} ${kind}, ${path.dirname(imagesSource)}`,
  });
}

/**
 * Reads the four files of a data set, images upright and labels from 0.
 *
 * @throws DatasetError, IdxFormatError or GzipError naming a file that is broken or belongs to
 * another data set.
 */
export async function readDatasetFiles(
  entry: DatasetEntry,
  files: DatasetFiles,
): Promise<DatasetSplits> {
  checkEntry(entry, 'readDatasetFiles entry');
  checkFiles(files, 'readDatasetFiles files', true);
  await refuseNamesakes(entry, files);
  const train = await readSplit(entry, files, 'train', undefined);
  // Tested as trained: both by the constants of the training images.
  return { train, test: await readSplit(entry, files, 'test', train.images.normalization) };
}
