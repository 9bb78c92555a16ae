/**
 * The sets of a source that is either a file of images, its labels beside it, or a folder of such
 * files; with the class names that lie there.
 */
import path from 'node:path';
import { readRegularFile } from '@convnet/tensor/node';
import { DATASET_SPLITS, type DatasetSplit } from '../../catalogue/dataset-entry.ts';
import { CLASS_NAMES_FILE, kindAt, labelsBeside, type PairNames } from './formats.ts';
import { splitOf, type LabelledImages, type OpenDataset } from './labelled-images.ts';

/** Most bytes of a file of class names: there are at most 256. */
const MAX_NAMES_BYTES = 2 ** 20;

/** Paths of the files of one set; one file may be both. */
export interface SetFiles extends PairNames {
  readonly split: DatasetSplit;
}

/** How one format finds and opens its sets. */
export interface SourceFormat {
  /** The sets that a folder has. */
  readonly setsIn: (folder: string) => Promise<readonly SetFiles[]>;
  /** Opens a set. */
  readonly open: (files: SetFiles) => Promise<LabelledImages>;
}

/**
 * Opens a source.
 * @param labels - file of the labels of an input that is a file; by default the one beside it.
 */
export async function openSource(
  input: string,
  labels: string | undefined,
  { setsIn, open }: SourceFormat,
): Promise<OpenDataset> {
  const isFile = (await kindAt(input)) === 'file';
  const found = isFile
    ? [{ split: splitOf(input), images: input, labels: labels ?? labelsBeside(input) }]
    : await setsIn(input);
  const sets: LabelledImages[] = [];
  for (const files of found) sets.push(await open(files));
  return { sets, classNames: await readClassNames(isFile ? path.dirname(input) : input) };
}

/** The sets of a folder whose files of images are called as `namesOf` says. */
export function setsNamed(
  namesOf: (split: DatasetSplit) => PairNames,
): (folder: string) => Promise<SetFiles[]> {
  return async (folder) => {
    const found: SetFiles[] = [];
    for (const split of DATASET_SPLITS) {
      const names = namesOf(split);
      const images = path.join(folder, names.images);
      const labels = path.join(folder, names.labels);
      if ((await kindAt(images)) === 'file') found.push({ split, images, labels });
    }
    return found;
  };
}

/** The names in `class-names.txt`, where there is one. */
export async function readClassNames(folder: string): Promise<readonly string[] | undefined> {
  const file = path.join(folder, CLASS_NAMES_FILE);
  if ((await kindAt(file)) === undefined) return undefined;
  const text = new TextDecoder().decode(await readRegularFile(file, MAX_NAMES_BYTES));
  const names = text.split(/\r?\n/);
  if (names.at(-1) === '') names.pop();
  return names;
}
