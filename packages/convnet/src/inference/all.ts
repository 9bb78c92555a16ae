/**
 * `@convnet/convnet/inference/all`: `decodeModel` and `createInferenceKernels` with every layer and
 * kernel that a file may need, for where nothing can be loaded later.
 *
 * @module @convnet/convnet/inference/all
 */
import {
  createInferenceKernels,
  inferenceKernelsLike,
  type InferenceKernels,
} from '@convnet/tensor';
import { anyModel } from '../files/any-model.ts';
import { readModelFile, type DecodeOptions } from '../files/read-model-file.ts';
import { everyPredictingLayer, predictingActivations } from '../layers/every-predicting-layer.ts';
import { InferenceModel } from '../network/inference-model.ts';

export { createInferenceKernels };

/**
 * The network in a model file, to predict with.
 *
 * @throws ModelFileError if the bytes are not a whole, unchanged model file; OptionError if
 * `layers` has a type twice.
 * @example
 * ```ts
 * const model = decodeModel(new Uint8Array(await (await fetch('residual.safetensors')).arrayBuffer()));
 * const probabilities = model.predict(images); // [N, 28, 28, 1] → [N, 10]
 * ```
 */
export function decodeModel(
  bytes: Uint8Array | ArrayBuffer,
  options: DecodeOptions = {},
): InferenceModel {
  return readModelFile(bytes, options, anyModel(everyPredictingLayer()), (described, build) => {
    const { kernels } = options;
    return new InferenceModel(
      described,
      kernels ? inferenceKernelsLike(kernels) : defaultKernels(described),
      { ...build, activations: predictingActivations },
    );
  });
}

/** float64 is for exactness: only the reference computes it. */
const defaultKernels = ({ dtype }: { readonly dtype?: string }): InferenceKernels =>
  createInferenceKernels(dtype === 'float64' ? 'reference' : 'auto');
