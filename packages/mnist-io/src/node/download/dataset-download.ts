/**
 * Sees to it that a folder holds the files of data sets, verified: what is there and right stays,
 * the rest is downloaded, by one process at a time.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { checkOptions, textOption } from '@convnet/tensor';
import { userFolder } from '@convnet/tensor/node';
import { datasetNamed, type DatasetName } from '../../catalogue/catalogue.ts';
import {
  DATASET_PARTS,
  type DatasetEntry,
  type PublishedFile,
} from '../../catalogue/dataset-entry.ts';
import { DownloadError } from '../../errors.ts';
import { arrayOption, checkEntry } from '../dataset-checks.ts';
import { checkDownloadOptions, DOWNLOAD_OPTIONS } from './download-options.ts';
import { hasIdentity } from './file-identity.ts';
import { withLock, type OnWait } from './folder-lock.ts';
import { MirrorList, reasonOf, type MirrorOptions } from './mirrors.ts';
import { readSums, recordSums } from './recorded-sums.ts';

/** Name of the lock in the folder of a data set. */
const LOCK_FILE = 'download.lock';

/** Options of {@link downloadDatasets}. */
export interface DownloadOptions extends MirrorOptions {
  /** Called once for each folder that another process is downloading to. */
  readonly onWait?: OnWait | undefined;
}

/** A data set by its name, or with facts of one's own. */
export type DatasetChoice = DatasetName | DatasetEntry;

/** The catalogue's entry for a choice. */
export function entryOf(dataset: DatasetChoice): DatasetEntry {
  if (typeof dataset === 'string') return datasetNamed(dataset);
  checkEntry(dataset, 'data set');
  return dataset;
}

/** The user's cache of data sets, which has a folder for each. */
export const cacheFolder = (env: DownloadOptions['env'] = process.env): string =>
  userFolder('cache', env);

/**
 * Sees to it that the folders of data sets below `root`, such as `<root>/mnist`, hold their four
 * gzipped files, verified. Data sets that are published in one archive cost one download of it;
 * the archive itself is not kept.
 *
 * @param root by default the user's cache.
 * @returns the number of files that were not there before.
 * @throws DownloadError with what each mirror did, if no mirror delivers a file, a folder cannot
 * be written, or `CONVNET_OFFLINE=1` forbids the network. What arrived of a file is kept, and the
 * next download goes on from there.
 * @throws DatasetError if an archive lacks a file.
 * @throws OptionError for an option that there is not, or of a wrong kind.
 * @throws the reason of `signal` when it ends the download.
 * @example
 * ```ts
 * await downloadDatasets(['mnist', 'fashion-mnist']);
 * const { train } = await loadDataset('fashion-mnist');
 * ```
 */
export async function downloadDatasets(
  datasets: readonly DatasetChoice[],
  root?: string,
  options: DownloadOptions = {},
): Promise<number> {
  arrayOption(datasets, 'downloadDatasets');
  if (root !== undefined) textOption(root, 'downloadDatasets root');
  checkOptions(options, DOWNLOAD_OPTIONS, 'downloadDatasets');
  checkDownloadOptions(options, 'downloadDatasets');
  const folders = new Map<string, DatasetEntry[]>();
  for (const entry of new Set(Array.from(datasets, entryOf))) {
    const folder = path.join(root ?? cacheFolder(options.env), entry.folder);
    folders.set(folder, [...(folders.get(folder) ?? []), entry]);
  }
  let count = 0;
  for (const [folder, entries] of folders) count += await fillFolder(entries, folder, options);
  return count;
}

/** The files of data sets that a folder lacks, or has in another form than they are published. */
async function missingFiles(
  entries: readonly DatasetEntry[],
  folder: string,
): Promise<PublishedFile[]> {
  const sums = await readSums(folder);
  const missing: PublishedFile[] = [];
  for (const { files } of entries) {
    for (const part of DATASET_PARTS) {
      const file = files[part];
      const sha256 = file.sha256 ?? sums.get(file.name);
      const identity = sha256 === undefined ? file : { ...file, sha256 };
      if (!(await hasIdentity(path.join(folder, file.name), identity))) missing.push(file);
    }
  }
  return missing;
}

async function fillFolder(
  entries: readonly DatasetEntry[],
  folder: string,
  options: DownloadOptions,
): Promise<number> {
  const { env = process.env, signal, onWait } = options;
  if ((await missingFiles(entries, folder)).length === 0) return 0;
  const [first] = entries;
  if (env['CONVNET_OFFLINE'] === '1') {
    const reason = 'CONVNET_OFFLINE=1 forbids the network';
    throw new DownloadError(`${first!.title}: ${reason}. Unset it to download.`, [reason]);
  }
  await fs.mkdir(folder, { recursive: true }).catch(refuseFolder(folder));
  await fs.access(folder, fs.constants.W_OK).catch(refuseFolder(folder));
  return withLock(path.join(folder, LOCK_FILE), { signal, onWait }, async (holding) => {
    // Another process may have done all of it while this one waited.
    const missing = await missingFiles(entries, folder);
    if (missing.length === 0) return 0;
    const mirrors = new MirrorList(first!, { ...options, signal: holding });
    if (first!.archive) {
      await fillFromArchive(first!.archive, missing, folder, mirrors, holding);
    } else {
      for (const file of missing) await mirrors.download(file, folder);
    }
    return missing.length;
  });
}

async function fillFromArchive(
  archive: PublishedFile,
  missing: readonly PublishedFile[],
  folder: string,
  mirrors: MirrorList,
  signal: AbortSignal,
): Promise<void> {
  const file = path.join(folder, archive.name);
  if (!(await hasIdentity(file, archive))) await mirrors.download(archive, folder);
  const names = missing.map(({ name }) => name);
  // Loaded here alone: few data sets come in archives, and reading those takes much code.
  const { extractFiles } = await import('./archive.ts');
  await recordSums(folder, await extractFiles(file, names, folder, signal));
  await fs.rm(file);
}

function refuseFolder(folder: string): (error: unknown) => never {
  return (error) => {
    const reason = reasonOf(error);
    throw new DownloadError(
      `${folder}: expected a folder to download to; received ${reason}. Make it writable, or name another folder.`,
      [`${folder}: ${reason}`],
      { cause: error },
    );
  };
}
