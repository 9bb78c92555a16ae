/** Checks of what is said of data sets and of their files, which may come from JavaScript or from JSON. */
import { objectOption, OptionError, shown, textOption } from '@convnet/tensor';
import { DATASET_PARTS, type DatasetEntry, type DatasetPart } from '../catalogue/dataset-entry.ts';

/** An array; numbers in a typed one are no texts. @throws OptionError for anything else. */
export function arrayOption<T>(value: readonly T[], where: string): readonly T[] {
  if (!Array.isArray(value)) {
    throw new OptionError(`${where}: expected a list; received ${shown(value)}.`);
  }
  return value as readonly T[];
}

/** @throws OptionError for what is no entry of a catalogue. */
export function checkEntry(entry: DatasetEntry, where: string): void {
  objectOption(entry, where);
  for (const key of ['name', 'title', 'folder', 'torchvisionFolder'] as const) {
    textOption(entry[key], `${where} ${key}`);
  }
  for (const mirror of arrayOption(entry.mirrors, `${where} mirrors`)) {
    textOption(mirror, `${where} mirrors`);
  }
  const files = objectOption(entry.files, `${where} files`) as DatasetEntry['files'];
  for (const part of DATASET_PARTS) {
    objectOption(files[part], `${where} files.${part}`);
    textOption(files[part].name, `${where} files.${part}.name`);
  }
}

/** @throws OptionError for what are no paths of files, some or all four. */
export function checkFiles(
  files: Readonly<Partial<Record<DatasetPart, string>>>,
  where: string,
  areAll: boolean,
): void {
  objectOption(files, where);
  for (const part of DATASET_PARTS) {
    if (areAll || files[part] !== undefined) textOption(files[part], `${where}.${part}`);
  }
}
