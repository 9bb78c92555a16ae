/** Single arrays, of any of the six element types: an IDX file to a `.npy` file and back. */
import { writeFile } from 'node:fs/promises';
import type { IdxArray } from '../../idx/idx-types.ts';
import { encodeNpy, parseNpy } from '../../npy/npy.ts';
import { readIdxFile } from '../idx/read-idx-file.ts';
import { writeIdxFile } from '../idx/write-idx-file.ts';
import { readLimited } from '../formats/npy-format.ts';

/** Reads the array in an IDX or `.npy` file. */
export async function readArray(file: string): Promise<IdxArray> {
  return file.toLowerCase().endsWith('.npy')
    ? parseNpy(await readLimited(file), { source: file })
    : readIdxFile(file);
}

/** Writes an array as IDX or `.npy`, by the file's name; `signal` ends it. */
export async function writeArray(
  file: string,
  array: IdxArray,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (file.toLowerCase().endsWith('.npy')) await writeFile(file, encodeNpy(array), { signal });
  else await writeIdxFile(file, array, { signal });
}
