/**
 * `@convnet/convnet/inference/all`: `decodeModel` and `createInferenceKernels` with every layer and
 * kernel that a file may need, for where nothing can be loaded later.
 *
 * @module @convnet/convnet/inference/all
 */
import {
  checkOptions,
  createInferenceKernels,
  functionOption,
  inferenceKernelsLike,
  type DType,
  type InferenceKernels,
} from '@convnet/tensor';
import { anyModel } from '../files/any-model.ts';
import { readModelFile } from '../files/read-model-file.ts';
import { everyPredictingLayer, predictingActivations } from '../layers/every-predicting-layer.ts';
import { InferenceModel } from '../network/inference-model.ts';
import { modelOption } from '../network/model-option.ts';
import { summaryOf } from '../network/summary.ts';
import { parted, type InferenceOptions, type KernelSource } from './inference-options.ts';

export { createInferenceKernels };
export type { InferenceOptions };

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
  options: InferenceOptions = {},
): InferenceModel {
  const { decoding, kernelSource } = parted(options, 'decodeModel');
  const readable = anyModel(everyPredictingLayer());
  return readModelFile(bytes, decoding, readable, (described, build) => {
    const kernels = kernelsFrom(kernelSource, described.dtype);
    return new InferenceModel(described, kernels, { ...build, activations: predictingActivations });
  });
}

function kernelsFrom(source: KernelSource, dtype: DType = 'float32'): InferenceKernels {
  if ('createTensor' in source) return inferenceKernelsLike(source);
  // float64 is for exactness: only the reference computes it.
  const { backend = dtype === 'float64' ? 'reference' : 'auto', ...options } = source;
  return createInferenceKernels(backend, options);
}

/**
 * Prints the table of a network's layers that `summary` of a trainable one prints.
 *
 * @example
 * ```ts
 * const model = await decodeModelAsync(bytes);
 * const { summary } = await import('@convnet/convnet/inference/all');
 * summary(model, { printFn: (line) => console.log(line) });
 * ```
 */
export function summary(
  model: InferenceModel,
  options: { readonly printFn?: (line: string) => void } = {},
): void {
  checkOptions(options, 'printFn', 'summary');
  const { printFn = console.log } = options;
  functionOption(printFn, 'summary printFn');
  for (const line of summaryOf(modelOption(model, 'summary'))) printFn(line);
}
