/** Networks of any layers, from model files; parts that few of them need are loaded for those. */
import type { DecodeOptions } from '../files/read-model-file.ts';
import type { InferenceModel } from '../network/inference-model.ts';
import { decodeModel } from './decode-model.ts';

/**
 * The network in a model file, to predict with. If the file names what this entry does not hold, or
 * the engine runs no WebAssembly, the rest of the library's layers and kernels is loaded: with a
 * bundler, another file of the application.
 *
 * @throws ModelFileError if the bytes are not a whole, unchanged model file; OptionError if
 * `layers` has a type twice.
 * @example
 * ```ts
 * const file = await fetch('mnist.safetensors');
 * const model = await decodeModelAsync(new Uint8Array(await file.arrayBuffer()));
 * const probabilities = model.predict(images); // [N, 28, 28, 1] → [N, 10]
 * ```
 */
export async function decodeModelAsync(
  bytes: Uint8Array | ArrayBuffer,
  options: DecodeOptions = {},
): Promise<InferenceModel> {
  // Layers of one's own may use any kernel.
  if (!(Object(options) as DecodeOptions).layers) {
    try {
      return decodeModel(bytes, options);
    } catch {
      // What this one does not take, the other one does, or says why it does not.
    }
  }
  const { decodeModel: decodeAny } = await import('./all.ts');
  return decodeAny(bytes, options);
}
