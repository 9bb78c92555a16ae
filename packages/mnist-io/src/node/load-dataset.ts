/**
 * Loads a data set of the catalogue from the best place there is: a folder that was named, the
 * user's cache, or a download into the cache.
 */
import { checkOptions, textOption, isErrorNamed } from '@convnet/tensor';
import path from 'node:path';
import { nameOfOwn } from '../catalogue/catalogue.ts';
import { DATASET_SPLITS, type DatasetEntry } from '../catalogue/dataset-entry.ts';
import { mnist } from '../catalogue/entries/mnist.ts';
import { type DataError, DatasetError, type DownloadError, isDataError } from '../errors.ts';
import { findDatasetFiles, readDatasetFiles, type DatasetSplits } from './dataset-files.ts';
import { findDataset, type FoundDataset, type PlaceOptions } from './dataset-places.ts';
import {
  downloadDatasets,
  entryOf,
  type DatasetChoice,
  type DownloadOptions,
} from './download/dataset-download.ts';
import {
  checkDownloadOptions,
  checkPlaces,
  DOWNLOAD_OPTIONS,
} from './download/download-options.ts';

/** Options of {@link loadDataset}. */
export interface LoadDatasetOptions extends PlaceOptions, DownloadOptions {}

/** A data set and its origin. */
export interface DatasetOrigin {
  /** Name in the catalogue, `generated`, or the name of a data set of one's own. */
  readonly kind: string;
  /** One sentence for people. */
  readonly explanation: string;
  /** What its folder or file holds beside, such as files that are no pictures. */
  readonly leftOut?: readonly string[];
}

/** Images to train and to test with. */
export interface LoadedDataset extends DatasetSplits {
  readonly origin: DatasetOrigin;
}

/**
 * Loads a data set of the catalogue.
 *
 * @param dataset its name, or an entry with facts of one's own.
 * @returns images `[N, 28, 28, 1]` upright, labels from 0, with the names of their classes.
 * @throws MissingDataError if the catalogue has no such name, or a folder that was named lacks
 * files.
 * @throws DatasetError, IdxFormatError or GzipError if files are broken.
 * @throws DownloadError if the data set is not on this machine and cannot be downloaded.
 * @throws OptionError for an option that there is not, or of a wrong kind.
 * @example
 * ```ts
 * const { train, test, origin } = await loadDataset('fashion-mnist');
 * console.log(train.classNames, origin.explanation);
 * ```
 */
export async function loadDataset(
  dataset: DatasetChoice,
  options: LoadDatasetOptions = {},
): Promise<LoadedDataset> {
  checkOptions(options, `dataDir ${DOWNLOAD_OPTIONS}`, 'loadDataset');
  const { dataDir, ...download } = options;
  checkPlaces({ dataDir }, 'loadDataset');
  checkDownloadOptions(download, 'loadDataset');
  const places: PlaceOptions = { dataDir, env: download.env };
  const entry = entryOf(dataset);
  const found = await findDataset(entry, places);
  if (found && found.by !== 'cache') {
    const by = found.by === 'asked' ? ' (as asked for)' : ' (CONVNET_DATA_DIR)';
    return loaded(entry, await readDatasetFiles(entry, found.files), found.folder, by);
  }
  let broken: DataError | undefined;
  if (found) {
    const outcome = await readCache(found);
    if (!isDataError(outcome)) return loaded(entry, outcome, found.folder, '');
    broken = outcome;
  }
  try {
    await downloadDatasets([entry], undefined, download);
  } catch (error) {
    if (!isErrorNamed<DownloadError>(error, 'DownloadError') || !found || !broken) throw error;
    throw new DatasetError(
      `${broken.message} This file of the cache is broken and could not be replaced: ${error.message} Delete ${found.folder}, or try again with a network.`,
      { cause: broken },
    );
  }
  // Only the cache is left, and it is complete now.
  const downloaded = (await findDataset(entry, places))!;
  const splits = await readDatasetFiles(entry, downloaded.files);
  return loaded(entry, splits, downloaded.folder, ', verified by checksum');
}

/**
 * Reads MNIST from a folder, without looking elsewhere or downloading.
 *
 * @throws MissingDataError if a file does not exist.
 * @throws DatasetError, IdxFormatError or GzipError naming a file that is broken.
 * @example
 * ```ts
 * const { train, test } = await loadMnist('data/mnist');
 * ```
 */
export async function loadMnist(folder: string): Promise<DatasetSplits> {
  return readDatasetFiles(mnist, await findDatasetFiles(mnist, textOption(folder, 'loadMnist')));
}

/** A data set from the cache, or what is wrong with it. */
async function readCache({ entry, files }: FoundDataset): Promise<DatasetSplits | DataError> {
  try {
    return await readDatasetFiles(entry, files);
  } catch (error) {
    if (isDataError(error)) return error;
    throw error;
  }
}

/** Whether there are as many images as the publishers say, and as many of each class. */
function arePublished(entry: DatasetEntry, splits: DatasetSplits): boolean {
  return DATASET_SPLITS.every((split) => {
    const counts = entry.classCounts?.[split];
    const isWhole = splits[split].size === entry.counts[split];
    return isWhole && (!counts || counts.join() === splits[split].classCounts().join());
  });
}

/** What calls itself like a data set of the catalogue is not it for that. */
function loaded(
  entry: DatasetEntry,
  splits: DatasetSplits,
  folder: string,
  how: string,
): LoadedDataset {
  const where = `${folder}${how}`;
  const origin = arePublished(entry, splits)
    ? { kind: entry.name, explanation: `real ${entry.title} from ${where}` }
    : {
        kind: nameOfOwn(path.basename(path.resolve(folder))),
        explanation: `images of ${where}, whose files are called like those of ${entry.title} but are others`,
      };
  return { ...splits, origin };
}
