/** Networks of any layers, from model files; parts that few of them need are loaded for those. */
import type { InferenceModel } from '../network/inference-model.ts';
import { decodeCommon } from './decode-common.ts';
import { parted, type InferenceOptions } from './inference-options.ts';

/**
 * The network in a model file, to predict with. What the file needs beyond what most do is loaded: with a
 * bundler, other files of the application. So are the plain loops, where the engine runs no WebAssembly.
 *
 * @throws ModelFileError if the bytes are not a whole, unchanged model file; BackendError if the
 * engine lacks what `backend` needs; OptionError if `layers` has a type twice; what `import` throws if
 * something cannot be loaded.
 * @example
 * ```ts
 * const file = await fetch('mnist.safetensors');
 * const model = await decodeModelAsync(new Uint8Array(await file.arrayBuffer()));
 * const probabilities = model.predict(images); // [N, 28, 28, 1] → [N, 10]
 * ```
 */
export async function decodeModelAsync(
  bytes: Uint8Array | ArrayBuffer,
  options: InferenceOptions = {},
): Promise<InferenceModel> {
  const { decoding, kernelSource } = parted(options, 'decodeModelAsync');
  // Layers of one's own may use any kernel.
  const common = decoding.layers ? undefined : await decodeCommon(bytes, decoding, kernelSource);
  if (common) return common;
  // What the common part does not take, this one does, or says why it does not.
  const { decodeModel } = await import('./all.ts');
  return decodeModel(bytes, options);
}
