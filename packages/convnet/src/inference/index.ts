/**
 * `@convnet/convnet/inference`: trained networks, to predict with. What training needs is not in
 * here: no losses or optimizers. Layers and kernels that few networks need are loaded when a file
 * names them.
 *
 * @module @convnet/convnet/inference
 */
export {
  BackendError,
  ConvnetError,
  isConvnetError,
  isErrorNamed,
  HelperThreadError,
  OptionError,
  ShapeError,
  Tensor,
} from '@convnet/tensor/inference';
export type { Backend, InferenceKernels, KernelOptions, Shape } from '@convnet/tensor/inference';
export type { KernelChoice } from '@convnet/tensor/inference/kernels';
export { Layer } from '../layers/layer.ts';
export type { LayerConfig } from '../layers/layer.ts';
export type { Signal } from '../layers/signal.ts';
export type { Parameter, ParameterRequest } from '../layers/layer-tensors.ts';
export { MergeLayer } from '../layers/merge-layer.ts';
export type { LayerKind } from '../layers/registry.ts';
export { ModelFileError } from '../files/model-file-error.ts';
export type { ModelInfo, Preprocessing } from '../network/model-info.ts';
export type { ByteSamples, Reading, Samples, SampleSource } from '../samples/samples.ts';
export type { DecodeOptions } from '../files/read-model-file.ts';
export { InferenceModel } from '../network/inference-model.ts';
export type { PredictAsyncOptions, PredictOptions } from '../network/inference-model.ts';

export { decodeModelAsync } from './decode-model-async.ts';
export type { InferenceOptions } from './inference-options.ts';
