/** What may be said when a network is loaded to predict with. */
import { checkOptions, type InferenceKernels } from '@convnet/tensor/inference';
import type { KernelChoice } from '@convnet/tensor/inference/kernels';
import type { DecodeOptions } from '../files/read-model-file.ts';

/** Options of loading a network to predict with: `backend`, `threads` and `arithmetic` are those of the kernels, where none are given. */
export interface InferenceOptions extends DecodeOptions, KernelChoice {}

/** Kernels, or which ones to make. */
export type KernelSource = KernelChoice | InferenceKernels;

/**
 * The options that are about the file, and those about the kernels.
 * @throws OptionError for others.
 */
export function parted(
  options: InferenceOptions,
  where: string,
): { readonly decoding: DecodeOptions; readonly kernelSource: KernelSource } {
  checkOptions(options, 'source kernels layers backend threads arithmetic', where);
  const { backend, threads, arithmetic, ...decoding } = options;
  return { decoding, kernelSource: decoding.kernels ?? { backend, threads, arithmetic } };
}
