/** Which of the models in a folder was saved last. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** How the names of model files end. */
export const MODEL_FILE_EXTENSION = '.safetensors';

/**
 * Path of the `.safetensors` file in `folder` that was modified last; `undefined` if there is
 * none, or no such folder.
 * @throws the file system's error if the folder cannot be read.
 */
export async function newestModelFile(folder: string): Promise<string | undefined> {
  let newest: { readonly file: string; readonly time: number } | undefined;
  for (const name of await fileNames(folder)) {
    if (!name.endsWith(MODEL_FILE_EXTENSION)) continue;
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
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
