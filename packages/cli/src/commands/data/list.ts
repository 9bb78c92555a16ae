/** `convnet data list`: which data sets there are, and which of them are on this machine. */
import { isErrorNamed } from '@convnet/convnet';
import {
  catalogue,
  DATASET_PARTS,
  type MissingDataError,
  type DatasetEntry,
} from '@convnet/mnist-io';
import { cacheFolder, findDataset } from '@convnet/mnist-io/node';
import path from 'node:path';
import { bytes, count } from '../../display/format.ts';
import { Output, type OutputOptions } from '../../display/output.ts';
import { table } from '../../display/table.ts';

/** Options of the command. */
export interface ListDataOptions extends OutputOptions {
  readonly dataDir?: string;
}

type Place =
  | { readonly state: 'here'; readonly folder: string }
  | { readonly state: 'not all there' }
  | { readonly state: 'not downloaded' };

async function placeOf(entry: DatasetEntry, dataDir: string | undefined): Promise<Place> {
  try {
    const found = await findDataset(entry, { dataDir });
    if (!found) return { state: 'not downloaded' };
    return { state: 'here', folder: path.dirname(found.files.trainImages) };
  } catch (error) {
    if (!isErrorNamed<MissingDataError>(error, 'MissingDataError')) throw error;
    // A folder that was named lacks some of its files, or all of them.
    return { state: 'not all there' };
  }
}

/** Size of what has to be downloaded; `undefined` if it is not published. */
function downloadBytes({ archive, files }: DatasetEntry): number | undefined {
  if (archive) return archive.bytes;
  const sizes = DATASET_PARTS.map((part) => files[part].bytes);
  return sizes.includes(undefined) ? undefined : sizes.reduce<number>((a, b) => a + (b ?? 0), 0);
}

/** Runs the command. */
export async function listData(options: ListDataOptions): Promise<void> {
  const output = new Output(options);
  const { dim, green } = output.colors;
  const places = new Map<DatasetEntry, Place>();
  for (const entry of catalogue) places.set(entry, await placeOf(entry, options.dataDir));
  const named = options.dataDir ?? process.env['CONVNET_DATA_DIR'];
  const [header, ...rows] = table(
    [
      ['name', 'training', 'test', 'classes', 'download', 'where'],
      ...catalogue.map((entry) => {
        const place = places.get(entry)!;
        const size = downloadBytes(entry);
        return [
          entry.name,
          count(entry.counts.train),
          count(entry.counts.test),
          String(entry.classNames.length),
          `${size === undefined ? '–' : bytes(size)}${entry.archive ? ' *' : '  '}`,
          place.state === 'here'
            ? place.folder
            : place.state === 'not all there'
              ? `not all in ${named!}`
              : 'not downloaded',
        ];
      }),
    ],
    ['left', 'right', 'right', 'right', 'right', 'left'],
  );
  output.result(dim(header));
  for (const [index, row] of rows.entries()) {
    output.result(places.get(catalogue[index]!)!.state === 'here' ? green(row) : row);
  }
  output.info('', dim('  * one archive of all splits of EMNIST; only the split asked for is kept'));
  output.info(dim(`  downloads go to ${cacheFolder()}; 'convnet data download <name>' gets one`));
  output.json({
    command: 'data list',
    cache: cacheFolder(),
    datasets: catalogue.map((entry) => {
      const { name, title, description, homepage, licence, citation, classNames, counts } = entry;
      return {
        ...{ name, title, description, homepage, licence, citation, classNames, counts },
        downloadBytes: downloadBytes(entry),
        ...places.get(entry),
      };
    }),
  });
}
