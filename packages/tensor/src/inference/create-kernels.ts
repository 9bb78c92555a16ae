/** The kernels that common networks need. */
import { BackendError, engineFor, type Backend, type KernelOptions } from '../backend.ts';
import { kernelsOn } from '../kernel-life.ts';
import type { InferenceKernels } from '../kernels.ts';
import { commonKernels } from './common-kernels.ts';

/**
 * Kernels of the forward pass, in WebAssembly alone, as far as common networks need them: activations,
 * convolution but in groups, dense layers, max pooling, softmax. `@convnet/tensor` has all of them.
 *
 * @throws BackendError for `reference`, and where no WebAssembly runs.
 * @throws OptionError if `threads` is not a whole number from 1 to 32.
 */
export function createInferenceKernels(
  backend: Backend = 'auto',
  options: KernelOptions = {},
): InferenceKernels {
  const engine = engineFor(backend, options);
  if (engine) return kernelsOn(engine, commonKernels);
  throw new BackendError(
    `backend ${backend}: expected WebAssembly. Use decodeModelAsync, or the kernels of @convnet/convnet/inference/all.`,
  );
}
