/** `convnet data download`: gets data sets, verified, into the cache or a folder. */
import { isErrorNamed } from '@convnet/convnet';
import { ProgramError } from '@convnet/convnet/node';
import { type MissingDataError, type DatasetEntry, isDataError } from '@convnet/mnist-io';
import { cacheFolder, downloadDatasets, findDataset } from '@convnet/mnist-io/node';
import path from 'node:path';
import { PATIENCE_MS } from '../../images.ts';
import { DownloadDisplay } from '../../display/download-progress.ts';
import { Output, type OutputOptions } from '../../display/output.ts';
import { proxyFetch } from '../../proxy-fetch.ts';

/** Options of the command. */
export interface DownloadDataOptions extends OutputOptions {
  readonly dataDir?: string;
}

/** The folder that `CONVNET_DATA_DIR` names, if it has the data set: it takes precedence over the cache. */
async function namedFolderOf(entry: DatasetEntry, output: Output): Promise<string | undefined> {
  try {
    const found = await findDataset(entry);
    return found?.by === 'environment' ? found.folder : undefined;
  } catch (error) {
    if (!isErrorNamed<MissingDataError>(error, 'MissingDataError')) throw error;
    output.info(
      `note: CONVNET_DATA_DIR names a folder without all of ${entry.title}, which takes precedence over the cache. Unset it, or download there with --data-dir.`,
    );
    return undefined;
  }
}

/** Runs the command. */
export async function downloadData(
  entries: readonly DatasetEntry[],
  options: DownloadDataOptions,
  signal: AbortSignal,
): Promise<void> {
  const output = new Output(options);
  const root = options.dataDir ?? cacheFolder();
  const folders = new Map<DatasetEntry, string>();
  const wanted: DatasetEntry[] = [];
  for (const entry of entries) {
    const named = options.dataDir === undefined ? await namedFolderOf(entry, output) : undefined;
    folders.set(entry, named ?? path.join(root, entry.folder));
    if (named === undefined) wanted.push(entry);
  }
  const display = new DownloadDisplay(output);
  let newFiles = 0;
  try {
    newFiles = await downloadDatasets(wanted, root, {
      signal,
      fetch: await proxyFetch(),
      connectMs: PATIENCE_MS,
      ...display.callbacks,
    });
  } catch (error) {
    display.stop();
    if (!signal.aborted || isDataError(error)) throw error;
    throw new ProgramError(
      'interrupted',
      'what arrived is kept. Run the command again to go on from there.',
      { cause: error },
    );
  }
  display.stop();
  for (const [entry, folder] of folders) {
    const how = wanted.includes(entry) ? 'verified' : 'CONVNET_DATA_DIR';
    output.result(`${entry.name}: in ${folder} (${how})`);
  }
  output.info(newFiles === 0 ? 'nothing had to be downloaded' : `files downloaded: ${newFiles}`);
  output.json({
    command: 'data download',
    newFiles,
    datasets: [...folders].map(([{ name }, folder]) => ({ name, folder })),
  });
}
