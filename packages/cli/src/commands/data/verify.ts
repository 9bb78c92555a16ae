/** `convnet data verify`: compares files with what their publisher says of them. */
import { isErrorNamed } from '@convnet/convnet';
import { ProgramError } from '@convnet/convnet/node';
import { catalogue, type MissingDataError, type DatasetEntry } from '@convnet/mnist-io';
import {
  findDataset,
  verifyDataset,
  type DatasetVerdict,
  type FoundDataset,
} from '@convnet/mnist-io/node';
import path from 'node:path';
import { count } from '../../display/format.ts';
import { Output, type OutputOptions } from '../../display/output.ts';
import { table } from '../../display/table.ts';

/** Options of the command. */
export interface VerifyDataOptions extends OutputOptions {
  readonly dataDir?: string;
}

/** The data sets to examine: those that were named, or all on this machine. */
async function datasetsToExamine(
  named: readonly DatasetEntry[] | undefined,
  dataDir: string | undefined,
): Promise<FoundDataset[]> {
  const found: FoundDataset[] = [];
  for (const entry of named ?? catalogue) {
    try {
      const place = await findDataset(entry, { dataDir });
      if (place) found.push(place);
    } catch (error) {
      // One of many may be missing from a folder; the one that was asked for may not.
      if (!isErrorNamed<MissingDataError>(error, 'MissingDataError') || named?.length === 1)
        throw error;
    }
  }
  if (found.length > 0) return found;
  const [{ name } = { name: 'mnist' }] = named ?? [];
  throw new ProgramError(
    'notFound',
    `expected ${named ? name : 'a data set'} on this machine; there is none. Run 'convnet data download ${name}', or name its folder with --data-dir.`,
  );
}

function print(output: Output, { entry, folder }: FoundDataset, verdict: DatasetVerdict): void {
  const { bold, green, red, dim } = output.colors;
  output.result(`${bold(entry.title)} in ${folder}`);
  const { counts, problems } = verdict.content;
  const byClass = entry.classCounts ? ', as many of each class as published' : '';
  const rows: [paint: (text: string) => string, ...cells: [string, string, string]][] = [
    ...verdict.files.map(({ file, checkedBy, problem }): (typeof rows)[number] => {
      const name = path.basename(file);
      if (problem !== undefined) return [red, 'WRONG', name, problem];
      if (checkedBy === 'none') return [dim, '?', name, 'no checksum is known of this form of it'];
      return [green, 'ok', name, checkedBy];
    }),
    ...problems.map((problem): (typeof rows)[number] => [red, 'WRONG', 'content', problem]),
  ];
  if (counts && problems.length === 0) {
    const images = `${count(counts.train)} training and ${count(counts.test)} test images`;
    rows.push([green, 'ok', 'content', `${images}${byClass}`]);
  }
  const lines = table(
    rows.map(([, ...cells]) => cells),
    ['left', 'left', 'left'],
  );
  for (const [index, [paint]] of rows.entries()) output.result(paint(lines[index]!));
}

/** Runs the command. */
export async function verifyData(
  named: readonly DatasetEntry[] | undefined,
  options: VerifyDataOptions,
  signal: AbortSignal,
): Promise<void> {
  const output = new Output(options);
  const wrong: string[] = [];
  const datasets: unknown[] = [];
  for (const found of await datasetsToExamine(named, options.dataDir)) {
    const verdict = await verifyDataset(found.entry, found.files);
    signal.throwIfAborted();
    print(output, found, verdict);
    datasets.push({ name: found.entry.name, folder: found.folder, ...verdict });
    if (!verdict.isRight) wrong.push(found.entry.title);
  }
  output.json({ command: 'data verify', isRight: wrong.length === 0, datasets });
  if (wrong.length > 0) {
    throw new ProgramError(
      'badData',
      `expected files as published; received others of ${wrong.join(', ')}. Delete them and download them again.`,
    );
  }
}
