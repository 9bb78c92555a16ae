/** Model files on disk; see `files/model-file-format.ts` for what is in them. */
import { textOption, isErrorNamed } from '@convnet/tensor';
import { type FileReadError, readRegularFile, writeFileAtomically } from '@convnet/tensor/node';
import { decodeModel, type TrainableDecodeOptions } from '../model/decode-model.ts';
import { encodeModel } from '../files/encode-model.ts';
import { foreignFile } from '../files/foreign-file.ts';
import { ModelFileError } from '../files/model-file-error.ts';
import type { Model } from '../model/model.ts';
import { fileError } from './file-error.ts';

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
 * @throws ModelFileError if the file is not there, cannot be read, or is not a whole, unchanged model
 * file; FileReadError if it is no file, or has more than 2 GiB.
 * @example
 * ```ts
 * const model = await loadModel('simple.safetensors');
 * const other = await loadModel('own.safetensors', { layers: [LowRankDense] }); // a class of yours
 * ```
 */
export async function loadModel(
  path: string,
  options: Omit<TrainableDecodeOptions, 'source'> = {},
): Promise<Model> {
  const bytes = await bytesOf(textOption(path, 'loadModel'));
  try {
    return decodeModel(bytes, { ...options, source: path });
  } catch (error) {
    const hint = foreignFile(bytes);
    if (!isErrorNamed<ModelFileError>(error, 'ModelFileError') || hint === '') throw error;
    throw new ModelFileError(`${error.message}${hint}`, { cause: error });
  }
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path, LARGEST_FILE);
  } catch (error) {
    throw isErrorNamed<FileReadError>(error, 'FileReadError') ? error : fileError(path, error);
  }
}
