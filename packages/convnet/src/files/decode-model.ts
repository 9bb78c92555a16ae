/** Networks from model files, to be used or trained on. */
import type { Kernels } from '@convnet/tensor';
import { Sequential } from '../model/sequential.ts';
import { readModelFile } from './read-model-file.ts';

/** Options of {@link decodeModel}. */
export interface DecodeOptions {
  /** What the bytes are, for messages; usually a path. */
  readonly source?: string;
  /** The arithmetic to compute with; default the fastest that the engine runs, on all its cores. */
  readonly kernels?: Kernels;
}

/**
 * The network in a model file.
 * @throws ModelFileError if the bytes are not a whole, unchanged model file.
 */
export function decodeModel(
  bytes: Uint8Array,
  { source = 'model file', kernels }: DecodeOptions = {},
): Sequential {
  return readModelFile(
    bytes,
    source,
    (options, build) => new Sequential({ ...options, ...(kernels && { kernels }) }, build),
  );
}
