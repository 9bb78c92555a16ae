/** `convnet data convert`: a data set from one format to another. */
import path from 'node:path';
import { DatasetError, idxTypeName } from '@convnet/mnist-io';
import { convertedSet, type ConvertedSet } from '../../conversion/converted-set.ts';
import { readArray, writeArray } from '../../conversion/convert-array.ts';
import { readCsv } from '../../conversion/csv-format.ts';
import { DataSetWriter } from '../../conversion/data-set-writer.ts';
import {
  formatOfInput,
  formatOfName,
  kindAt,
  labelsBeside,
  type FormatName,
} from '../../conversion/formats.ts';
import { readIdx } from '../../conversion/idx-format.ts';
import { readNpy, readNpz } from '../../conversion/npy-format.ts';
import { readPictures, type ImageSize } from '../../conversion/picture-format.ts';
import type { SampleSource, SplitName } from '../../conversion/sample-set.ts';
import { stagedOutput } from '../../conversion/staged-output.ts';
import { count, definitions } from '../../display/format.ts';
import { Output, type OutputOptions } from '../../display/output.ts';
import { CommandError, exitCodes } from '../../exit-codes.ts';

/** Options of the command. */
export interface ConvertOptions extends OutputOptions {
  readonly from?: FormatName;
  readonly to?: FormatName;
  readonly labels?: string;
  readonly split?: SplitName;
  readonly size?: ImageSize;
  readonly invert?: boolean;
  readonly order: 'class' | 'name';
  readonly gzip?: boolean;
  readonly force?: boolean;
}

/** Runs the command. */
export async function convert(
  input: string,
  destination: string,
  options: ConvertOptions,
  signal: AbortSignal,
): Promise<void> {
  const output = new Output(options);
  const from = options.from ?? (await formatOfInput(input));
  const to = options.to ?? formatOfName(destination) ?? (from === 'idx' ? 'png' : 'idx');
  const rows: [string, string][] = [
    ['input', `${input} (${from})`],
    ['output', `${destination} (${to})`],
  ];
  output.info(output.colors.bold('convnet data convert'), ...definitions(rows), '');
  if (await isSingleArray(input, destination, from, to, options)) {
    await convertArray(input, destination, options, output);
  } else {
    await convertSets(input, destination, { from, to }, options, output, signal);
  }
}

/** Whether both are files of one array, and no labels belong to it. */
async function isSingleArray(
  input: string,
  destination: string,
  from: FormatName,
  to: FormatName,
  { labels }: ConvertOptions,
): Promise<boolean> {
  const areArrays = (from === 'idx' || from === 'npy') && (to === 'idx' || to === 'npy');
  if (!areArrays || formatOfName(destination) !== to || labels !== undefined) return false;
  if ((await kindAt(input)) !== 'file') return false;
  return (await kindAt(labelsBeside(input))) !== 'file';
}

async function convertArray(
  input: string,
  destination: string,
  { force = false, size, invert, split }: ConvertOptions,
  output: Output,
): Promise<void> {
  if (size !== undefined || invert === true || split !== undefined) {
    throw new CommandError(
      exitCodes.usage,
      `--size, --invert and --split are for images with labels; ${input} has no labels beside it. Name them with --labels.`,
    );
  }
  const array = await readArray(input);
  const { shape } = array;
  const type = idxTypeName(array.data);
  const name = path.basename(destination);
  const plan = { folder: path.dirname(destination), files: [name], force };
  await stagedOutput(plan, (folder) => writeArray(path.join(folder, name), array));
  output.result(`${destination}: ${type} [${shape.join(', ')}]`);
  output.json({ command: 'data convert', input, output: destination, array: { type, shape } });
}

async function openSource(
  input: string,
  from: FormatName,
  { labels, size, order }: ConvertOptions,
): Promise<SampleSource> {
  switch (from) {
    case 'idx':
      return readIdx(input, labels);
    case 'npy':
      return readNpy(input, labels);
    case 'npz':
      return readNpz(input);
    case 'csv':
      return readCsv(input);
    case 'png':
      return readPictures(input, size, order);
  }
}

/** The sets that are wanted: all, the one chosen, or the only one under the name chosen. */
function chosenSets(
  input: string,
  { sets, classNames }: SampleSource,
  split?: SplitName,
): SampleSource {
  if (split === undefined) return { sets, classNames };
  const [only] = sets;
  if (sets.length === 1) return { sets: [{ ...only!, split }], classNames };
  const chosen = sets.filter((set) => set.split === split);
  if (chosen.length === 0) {
    throw new DatasetError(`${input}: expected a ${split} set; received none.`);
  }
  return { sets: chosen, classNames };
}

async function convertSets(
  input: string,
  destination: string,
  { from, to }: { readonly from: FormatName; readonly to: FormatName },
  options: ConvertOptions,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const { force = false, gzip = false, size, invert = false } = options;
  const source = await openSource(input, from, options);
  const { sets, classNames } = chosenSets(input, source, options.split);
  const splits = sets.map(({ split }) => split);
  const writer = new DataSetWriter({ output: destination, format: to, splits, classNames, gzip });
  const results: ConvertedSet[] = [];
  const { folder, files } = writer;
  await stagedOutput({ folder, files, force }, async (staging) => {
    for (const set of sets) {
      results.push(
        await convertedSet(set, {
          size,
          invert,
          signal,
          classCount: classNames?.length,
          open: (imageSize) => writer.writer(staging, set.split, imageSize),
        }),
      );
    }
    await writer.finish(staging);
    signal.throwIfAborted();
  });
  printSets(output, destination, results, classNames);
  output.json({
    command: 'data convert',
    input,
    output: destination,
    from,
    to,
    ...(classNames && { classNames }),
    sets: results,
    ...(files && { files: files.map((file) => path.join(folder, file)) }),
  });
}

function printSets(
  output: Output,
  destination: string,
  sets: readonly ConvertedSet[],
  classNames: readonly string[] | undefined,
): void {
  for (const { split, images, height, width, classCounts } of sets) {
    output.result(`${split}: ${count(images)} images of ${width} × ${height} pixels`);
    output.info(
      ...definitions(
        classCounts.map((images, label) => [classNames?.[label] ?? String(label), count(images)]),
      ),
    );
  }
  output.result(`written to ${destination}`);
}
