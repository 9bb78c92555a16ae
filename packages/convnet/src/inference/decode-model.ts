/** Networks of common layers, from model files. */
import {
  createInferenceKernels,
  kernelsLike,
  type InferenceKernels,
} from '@convnet/tensor/inference';
import { commonModel } from '../files/common-model.ts';
import { readModelFile, type DecodeOptions } from '../files/read-model-file.ts';
import { commonActivations } from '../layers/common-layers.ts';
import { InferenceModel } from '../network/inference-model.ts';

/**
 * The network in a model file, to predict with, if it consists of common layers: convolutions without
 * groups, dense layers, max pooling, dropout, flattening and activations. `decodeModelAsync` takes every
 * network, as does `decodeModel` of `@convnet/convnet/inference/all`.
 *
 * @throws ModelFileError if the bytes are not a whole, unchanged model file, or name another layer;
 * BackendError where no WebAssembly runs; OptionError if `layers` has a type twice.
 * @example
 * ```ts
 * const model = decodeModel(new Uint8Array(await (await fetch('mnist.safetensors')).arrayBuffer()));
 * const probabilities = model.predict(images); // [N, 28, 28, 1] → [N, 10]
 * ```
 */
export function decodeModel(
  bytes: Uint8Array | ArrayBuffer,
  options: DecodeOptions = {},
): InferenceModel {
  return readModelFile(bytes, options, commonModel(), (described, build) => {
    const { kernels } = options;
    return new InferenceModel(
      described,
      kernels ? kernelsLike(kernels) : defaultKernels(described),
      { ...build, activations: commonActivations },
    );
  });
}

/** float64 is for exactness: only the reference computes it. */
const defaultKernels = ({ dtype }: { readonly dtype?: string }): InferenceKernels =>
  createInferenceKernels(dtype === 'float64' ? 'reference' : 'auto');
