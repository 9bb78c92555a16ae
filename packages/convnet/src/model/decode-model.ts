/** Networks from model files, to be used or trained on. */
import type { Kernels } from '@convnet/tensor';
import { Model } from './model.ts';
import { Sequential } from './sequential.ts';
import { readModelFile, type DecodeOptions } from '../files/read-model-file.ts';

/**
 * The network in a model file: a {@link Sequential} if it was saved from one.
 *
 * @throws ModelFileError if the bytes are not a whole, unchanged model file; OptionError if
 * `layers` has a type twice.
 */
export function decodeModel(
  bytes: Uint8Array | ArrayBuffer,
  options: DecodeOptions<Kernels> = {},
): Model {
  return readModelFile(bytes, options, ({ graph, ...described }, build) => {
    const { kernels } = options;
    const trainable = { ...described, ...(kernels && { kernels }) };
    if (graph.form === 'functional') return new Model({ ...trainable, graph }, build);
    const chained = graph.nodes.map(({ layer }) => layer);
    return new Sequential({ ...trainable, inputShape: graph.inputShape, layers: chained }, build);
  });
}
