/** What may be said when a network is loaded to predict with. */
import {
  checkOptions,
  OptionError,
  type InferenceKernels,
  type KernelChoice,
} from '@convnet/tensor/inference';
import type { DecodeOptions } from '../files/read-model-file.ts';

/** Options of loading a network to predict with: `backend`, `threads` and `arithmetic` in place of `kernels`. */
export interface InferenceOptions extends DecodeOptions, KernelChoice {}

/** Kernels, or which ones to make. */
export type KernelSource = KernelChoice | InferenceKernels;

/**
 * The options that are about the file, and those about the kernels.
 * @throws OptionError if there are kernels, and which ones to make.
 */
export function parted(
  options: InferenceOptions,
  where: string,
): { readonly decoding: DecodeOptions; readonly kernelSource: KernelSource } {
  checkOptions(options, 'source kernels layers backend threads arithmetic', where);
  const { backend, threads, arithmetic, ...decoding } = options;
  const { kernels } = decoding;
  if (kernels && (backend ?? threads ?? arithmetic)) {
    throw new OptionError(
      `${where}: expected kernels, or the backend, threads and arithmetic of some; received both.`,
    );
  }
  return { decoding, kernelSource: kernels ?? { backend, threads, arithmetic } };
}
