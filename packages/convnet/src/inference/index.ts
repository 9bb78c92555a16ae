/**
 * `@convnet/convnet/inference`: trained networks, to predict with. What training needs is not in
 * here: no gradients, losses or optimizers.
 *
 * @module @convnet/convnet/inference
 */
import { createInferenceKernels, kernelsLike, type InferenceKernels } from '@convnet/tensor';
import { readModelFile, type DecodeOptions } from '../files/read-model-file.ts';
import { InferenceModel } from '../network/inference-model.ts';

export {
  BackendError,
  ConvnetError,
  isConvnetError,
  isErrorNamed,
  createInferenceKernels,
  HelperThreadError,
  OptionError,
  ShapeError,
  Tensor,
} from '@convnet/tensor';
export type { Backend, InferenceKernels, KernelOptions, Shape } from '@convnet/tensor';
export { Layer } from '../layers/layer.ts';
export type { LayerConfig } from '../layers/layer.ts';
export type { Signal } from '../layers/signal.ts';
export type { Parameter, ParameterRequest } from '../layers/layer-tensors.ts';
export { MergeLayer } from '../layers/merge-layer.ts';
export type { LayerKind } from '../layers/registry.ts';
export { ModelFileError } from '../files/model-file-error.ts';
export type { ModelInfo, Preprocessing } from '../network/model-info.ts';
export type { ByteSamples, Samples, SampleSource } from '../samples/samples.ts';
export { InferenceModel };
export type { DecodeOptions };
export type { PredictAsyncOptions, PredictOptions } from '../network/inference-model.ts';

/**
 * The network in a model file, to predict with.
 *
 * @throws ModelFileError if the bytes are not a whole, unchanged model file; OptionError if
 * `layers` has a type twice.
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
  return readModelFile(
    bytes,
    options,
    (described, build) =>
      new InferenceModel(
        described,
        options.kernels ? kernelsLike(options.kernels) : defaultKernels(described),
        build,
      ),
  );
}

/** float64 is for exactness: only the reference computes it. */
const defaultKernels = ({ dtype }: { readonly dtype?: string }): InferenceKernels =>
  createInferenceKernels(dtype === 'float64' ? 'reference' : 'auto');
