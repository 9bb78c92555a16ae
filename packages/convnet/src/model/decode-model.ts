/** Networks from model files, to be used or trained on. */
import type { Kernels } from '@convnet/tensor';
import type { LayerKind } from '../layers/registry.ts';
import { Model } from './model.ts';
import { Sequential } from './sequential.ts';
import { readModelFile } from '../files/read-model-file.ts';

/** Options of {@link decodeModel}. */
export interface DecodeOptions {
  /** What the bytes are, for messages; usually a path. */
  readonly source?: string;
  /** The arithmetic to compute with; default the fastest that the engine runs, on all its cores. */
  readonly kernels?: Kernels;
  /** Layers of your own that the file may name; it never names anything else. */
  readonly layers?: readonly LayerKind[];
}

/**
 * The network in a model file: a {@link Sequential} if it was saved from one.
 *
 * @throws ModelFileError if the bytes are not a whole, unchanged model file; OptionError if
 * `layers` has a type twice.
 */
export function decodeModel(
  bytes: Uint8Array,
  { source = 'model file', kernels, layers = [] }: DecodeOptions = {},
): Model {
  return readModelFile(bytes, { source, layers }, ({ graph, ...options }, build) => {
    const trainable = { ...options, ...(kernels && { kernels }) };
    if (graph.form === 'functional') return new Model({ ...trainable, graph }, build);
    const chained = graph.nodes.map(({ layer }) => layer);
    return new Sequential({ ...trainable, inputShape: graph.inputShape, layers: chained }, build);
  });
}
