/** Networks from model files, to be used or trained on. */
import { objectOption, type Kernels } from '@convnet/tensor';
import { Model } from './model.ts';
import { Sequential } from './sequential.ts';
import { everyLayer } from '../layers/every-layer.ts';
import { anyModel } from '../files/any-model.ts';
import { readModelFile, type DecodeOptions } from '../files/read-model-file.ts';

/** Options of {@link decodeModel}. */
export interface TrainableDecodeOptions extends DecodeOptions<Kernels> {
  /**
   * Root of the random numbers of training to come, as of a new model; default 0. A training that was
   * interrupted goes on, by `resumeFrom`, with the seed that it began with.
   */
  readonly seed?: number;
}

/**
 * The network in a model file: a {@link Sequential} if it was saved from one.
 *
 * @throws ModelFileError if the bytes are not a whole, unchanged model file; OptionError if
 * `layers` has a type twice.
 */
export function decodeModel(
  bytes: Uint8Array | ArrayBuffer,
  options: TrainableDecodeOptions = {},
): Model {
  const { seed, ...others } = objectOption(options, 'decodeModel') as typeof options;
  return readModelFile(bytes, others, anyModel(everyLayer()), ({ graph, ...described }, build) => {
    const { kernels } = options;
    const trainable = {
      ...described,
      ...(kernels && { kernels }),
      ...(seed !== undefined && { seed }),
    };
    if (graph.form === 'functional') return new Model({ ...trainable, graph }, build);
    const chained = graph.nodes.map(({ layer }) => layer);
    return new Sequential({ ...trainable, inputShape: graph.inputShape, layers: chained }, build);
  });
}
