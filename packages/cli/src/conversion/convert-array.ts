/** Single arrays, of any of the six element types: an IDX file to a `.npy` file and back. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeNpy, idxTypeName, parseNpy, type IdxArray } from '@convnet/mnist-io';
import { readIdxFile, writeIdxFile } from '@convnet/mnist-io/node';
import { readLimited } from './npy-format.ts';

/** What was converted. */
export interface ConvertedArray {
  readonly type: string;
  readonly shape: readonly number[];
}

/** Reads the array in an IDX or `.npy` file. */
export async function readArray(file: string): Promise<IdxArray> {
  return file.toLowerCase().endsWith('.npy')
    ? parseNpy(await readLimited(file), { source: file })
    : readIdxFile(file);
}

/** Writes an array under a name in a folder, as IDX or `.npy` by the name. */
export async function writeArray(
  folder: string,
  name: string,
  array: IdxArray,
): Promise<ConvertedArray> {
  const file = path.join(folder, name);
  if (name.toLowerCase().endsWith('.npy')) await writeFile(file, encodeNpy(array));
  else await writeIdxFile(file, array);
  return { type: idxTypeName(array.data), shape: array.shape };
}
