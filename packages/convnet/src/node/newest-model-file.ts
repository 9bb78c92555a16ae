/** Which of the models in a folder was saved last. */
import { functionOption, textOption } from '@convnet/tensor';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileError } from './file-error.ts';
import { systemErrorCode } from './system-errors.ts';

/** How the names of model files end. */
export const MODEL_FILE_EXTENSION = '.safetensors';

/**
 * Path of the `.safetensors` file in `folder` that was modified last; `undefined` if there is
 * none, or no such folder.
 * @param isMeant - which files to look at, by their names without the ending; by default all.
 * @throws ModelFileError if the folder cannot be read.
 */
export async function newestModelFile(
  folder: string,
  isMeant: (name: string) => boolean = () => true,
): Promise<string | undefined> {
  textOption(folder, 'newestModelFile');
  functionOption(isMeant, 'newestModelFile isMeant');
  let newest: { readonly file: string; readonly time: number } | undefined;
  for (const name of await fileNames(folder)) {
    if (!name.endsWith(MODEL_FILE_EXTENSION)) continue;
    if (!isMeant(path.basename(name, MODEL_FILE_EXTENSION))) continue;
    const file = path.join(folder, name);
    const { mtimeMs: time } = await stat(file);
    if (!newest || time > newest.time) newest = { file, time };
  }
  return newest?.file;
}

async function fileNames(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw fileError(folder, error);
  }
}
