/** Model files on disk; see `files/model-file-format.ts` for what is in them. */
import type { Kernels } from '@convnet/tensor';
import { readRegularFile, writeFileAtomically } from '@convnet/tensor/node';
import type { DecodeOptions } from '../files/read-model-file.ts';
import { decodeModel } from '../model/decode-model.ts';
import { encodeModel } from '../files/encode-model.ts';
import type { Model } from '../model/model.ts';

/** Largest file that is read, in bytes; it is held in memory as a whole. */
const LARGEST_FILE = 2 ** 31;

/**
 * Saves a network with its {@link Model.info}. The path ends up with the whole file or stays
 * as it was.
 * @throws the file system's error.
 */
export async function saveModel(model: Model, path: string): Promise<void> {
  await writeFileAtomically(path, encodeModel(model));
}

/**
 * Loads a network that {@link saveModel} saved.
 *
 * @throws ModelFileError if the file is not a whole, unchanged model file; FileReadError if it is no
 * file or has more than 2 GiB; the file system's error if it cannot be read.
 * @example
 * ```ts
 * const model = await loadModel('simple.safetensors');
 * const other = await loadModel('own.safetensors', { layers: [LowRankDense] }); // a class of yours
 * ```
 */
export async function loadModel(
  path: string,
  options: Omit<DecodeOptions<Kernels>, 'source'> = {},
): Promise<Model> {
  return decodeModel(await readRegularFile(path, LARGEST_FILE), { ...options, source: path });
}
