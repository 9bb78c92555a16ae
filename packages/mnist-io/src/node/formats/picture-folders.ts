/** How folders of pictures are laid out: which of them are sets, and which are classes. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../../errors.ts';
import { DESCRIPTION_FILE, MAX_CLASSES } from './dataset-description.ts';
import { byNaturalOrder } from './natural-order.ts';
import { SET_NAMES, type SetName } from './set-names.ts';

/** Names that folders of the sets have, in small letters. */
const FOLDER_NAMES: Readonly<Record<SetName, readonly string[]>> = {
  train: ['train', 'training'],
  validation: ['val', 'valid', 'validation'],
  test: ['test', 'testing'],
};

const setCalled = (folder: string): SetName | undefined =>
  SET_NAMES.find((name) => FOLDER_NAMES[name].includes(folder.toLowerCase()));

/** What a folder holds, in natural order, without what systems leave behind. */
export async function contentOf(
  folder: string,
): Promise<{ readonly folders: readonly string[]; readonly files: readonly string[] }> {
  const strange = /^\.|^Thumbs\.db$|^desktop\.ini$|^__MACOSX$/;
  const names = (await readdir(folder)).filter((name) => !strange.test(name));
  const [folders, files]: [string[], string[]] = [[], []];
  for (const name of names.sort(byNaturalOrder)) {
    const isFolder = (await stat(path.join(folder, name))).isDirectory();
    (isFolder ? folders : files).push(name);
  }
  return { folders, files };
}

/** How a class's folder is called: its name, without what names of files cannot have. */
export function folderNameOf(className: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is to be replaced
  return className.replace(/[\u0000-\u001f/\\:*?"<>|]/g, '-').replace(/^\.+/, '-') || '-';
}

/** Labels of folders, and the names of all classes unless they are just numbers. */
export function labelsOf(
  folder: string,
  folders: readonly string[],
  named: readonly string[] | undefined,
): { readonly labels: ReadonlyMap<string, number>; readonly classNames?: readonly string[] } {
  const isNumber = (name: string): boolean =>
    /^(0|[1-9]\d{0,2})$/.test(name) && Number(name) < MAX_CLASSES;
  if (named === undefined && folders.every(isNumber)) {
    return { labels: new Map(folders.map((name) => [name, Number(name)])) };
  }
  const classNames = named ?? folders;
  const labels = new Map(classNames.map((name, label) => [folderNameOf(name), label]));
  const stranger = folders.find((name) => !labels.has(name));
  if (stranger !== undefined || labels.size !== classNames.length || labels.size > MAX_CLASSES) {
    throw new DatasetError(
      `${folder}: expected at most ${MAX_CLASSES} classes, each with a folder of its own${
        stranger === undefined ? '' : ` and a name in ${DESCRIPTION_FILE}; received ${stranger}`
      }. Rename the folders.`,
    );
  }
  return { labels, classNames };
}

/** The folders of the sets below one; of an only set, that one itself. */
export async function setFoldersIn(
  input: string,
  leftOut: string[],
): Promise<ReadonlyMap<SetName, string>> {
  const { folders } = await contentOf(input);
  const sets = new Map<SetName, string>();
  const unlabelled: string[] = [];
  for (const name of folders) {
    const set = setCalled(name);
    if (set === undefined) continue;
    const place = path.join(input, name);
    if ((await contentOf(place)).folders.length === 0) unlabelled.push(`${place} (no classes)`);
    else if (sets.has(set)) leftOut.push(`${place} (there is ${sets.get(set)!}, too)`);
    else sets.set(set, place);
  }
  // A class may be called like a set: then other classes stand beside it.
  const isSplit = sets.has('train') || (sets.size > 0 && folders.every((name) => setCalled(name)));
  if (!isSplit) return new Map([['train', input]]);
  leftOut.push(...unlabelled);
  for (const name of folders) {
    if (setCalled(name) === undefined) leftOut.push(path.join(input, name));
  }
  return sets;
}
