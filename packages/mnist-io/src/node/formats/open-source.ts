/**
 * The sets of a source that is either a file of images, its labels beside it, or a folder of such
 * files.
 */
import path from 'node:path';
import { kindAt, labelsBeside, type PairNames } from './format-names.ts';
import { type LabelledImages, type OpenDataset } from './labelled-images.ts';
import { SET_NAMES, splitOf, type SetName } from './set-names.ts';

/** Paths of the files of one set; one file may be both. */
export interface SetFiles extends PairNames {
  readonly split: SetName;
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
  return { sets };
}

/** The sets of a folder whose files of images are called as `namesOf` says. */
export function setsNamed(
  namesOf: (split: SetName) => PairNames,
): (folder: string) => Promise<SetFiles[]> {
  return async (folder) => {
    const found: SetFiles[] = [];
    for (const split of SET_NAMES) {
      const names = namesOf(split);
      const images = path.join(folder, names.images);
      const labels = path.join(folder, names.labels);
      if ((await kindAt(images)) === 'file') found.push({ split, images, labels });
    }
    return found;
  };
}
