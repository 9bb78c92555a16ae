/**
 * Where a data set is looked for, in this order: the folder that was asked for, the folder that
 * `CONVNET_DATA_DIR` names, the user's cache.
 */
import path from 'node:path';
import { checkOptions } from '@convnet/tensor';
import type { Environment } from '@convnet/tensor/node';
import type { DatasetEntry } from '../catalogue/dataset-entry.ts';
import {
  areComplete,
  locateDatasetFiles,
  missingFilesError,
  type DatasetFiles,
} from './dataset-files.ts';
import { cacheFolder, entryOf, type DatasetChoice } from './download/dataset-download.ts';
import { checkPlaces } from './download/download-options.ts';

/** Options of {@link findDataset}. */
export interface PlaceOptions {
  /** A folder that holds the data set; takes precedence over everything else. */
  readonly dataDir?: string | undefined;
  /** Read for `CONVNET_DATA_DIR` and the user's folders; by default the process's. */
  readonly env?: Environment | undefined;
}

/** A data set on this machine. */
export interface FoundDataset {
  readonly entry: DatasetEntry;
  /** The folder that was searched. */
  readonly folder: string;
  /** Who named the folder. */
  readonly by: 'asked' | 'environment' | 'cache';
  readonly files: DatasetFiles;
}

/**
 * A data set on this machine; `undefined` if it is in none of the places.
 *
 * A folder that was asked for, or that `CONVNET_DATA_DIR` names, is never replaced by anything:
 * if it lacks files, that is an error. `CONVNET_DATA_DIR` is passed over only if it has nothing
 * of the data set and the data set is not MNIST, as it may have been set for another one.
 *
 * @throws MissingDataError naming the files that such a folder lacks.
 * @throws OptionError for an option that there is not, or of a wrong kind.
 * @example
 * ```ts
 * const found = await findDataset('emnist-letters');
 * console.log(found?.folder ?? 'not on this machine');
 * ```
 */
export async function findDataset(
  dataset: DatasetChoice,
  options: PlaceOptions = {},
): Promise<FoundDataset | undefined> {
  checkOptions(options, 'dataDir env', 'findDataset');
  checkPlaces(options, 'findDataset');
  const { dataDir, env = process.env } = options;
  const entry = entryOf(dataset);
  if (dataDir !== undefined) {
    const files = await locateDatasetFiles(entry, dataDir);
    if (!areComplete(files)) throw missingFilesError(entry, dataDir, files);
    return { entry, folder: dataDir, by: 'asked', files };
  }
  const named = env['CONVNET_DATA_DIR'];
  if (named !== undefined && named !== '') {
    const files = await locateDatasetFiles(entry, named, { isDedicated: false });
    if (areComplete(files)) return { entry, folder: named, by: 'environment', files };
    if (entry.name === 'mnist' || Object.keys(files).length > 0) {
      throw missingFilesError(entry, named, files);
    }
  }
  const folder = path.join(cacheFolder(env), entry.folder);
  const files = await locateDatasetFiles(entry, folder);
  return areComplete(files) ? { entry, folder, by: 'cache', files } : undefined;
}
