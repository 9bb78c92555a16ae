/**
 * Model files: one safetensors file with weights, architecture and all that is needed to use it.
 *
 * Tensors have PyTorch's names and layouts (`conv1.weight` `[K, C, R, S]`), so that the same
 * network written as `nn.Sequential` loads them by `load_state_dict`. In `__metadata__`:
 *
 *     format                 "pt", as PyTorch writes
 *     convnet.version        "1" or "2", which tell what convnet.config holds
 *     convnet.config         1: JSON {name, inputShape, layers}, of layers that follow one another
 *                            2: JSON {name, inputs, nodes, outputs}, of layers that form a graph:
 *                               inputs [{name, shape}], nodes [{inputs: names, layer}] in an order
 *                               of computation, outputs [name of the last]
 *     convnet.classes        JSON list of class names
 *     convnet.preprocess     JSON {mean, standardDeviation, fit?, invert?}, numbers or lists by channel
 *     convnet.test_accuracy  share of test samples classified right
 *     convnet.trained_on     name of the training data
 *     convnet.training       only in checkpoints: where training stood
 *     convnet.crc32          CRC-32 of the file with this value read as "00000000"
 *
 * Equal networks give equal bytes: nothing in the file depends on when, where or how fast they
 * were trained.
 */
import type { Tensor } from '@convnet/tensor/inference';
import type { Layer } from '../layers/layer.ts';
import type { StoredTensor } from '../layers/layer-tensors.ts';
import { modelOption } from '../network/model-option.ts';
import { ModelFileError } from './model-file-error.ts';

/** Versions of the keys above: the least that can describe the network, for older releases to read. */
export const VERSIONS = { sequential: '1', functional: '2' } as const;
/** Key of the checksum. */
export const CRC_KEY = 'convnet.crc32';
/** Key of what else a checkpoint of training holds; see `training/checkpoint.ts`. */
export const TRAINING_KEY = 'convnet.training';
/** How the names of tensors begin that a checkpoint has beside those of the model. */
export const TRAINING_PREFIX = 'convnet.training.';
/** A placeholder for the checksum while it is computed. */
export const NO_CRC = '00000000';

/** Parameters and state of all layers, each under the name it has in a file. */
export function namedTensors(model: {
  readonly layers: readonly Layer[];
}): Map<string, StoredTensor> {
  modelOption(model, 'model');
  const named = model.layers.flatMap((layer) =>
    [...layer.parameters, ...layer.state].map(
      (tensor) => [`${layer.name}.${tensor.name}`, tensor] as const,
    ),
  );
  return new Map(named);
}

/** @throws ModelFileError unless all numbers are finite. */
export function checkFinite(name: string, { data }: Tensor): void {
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new ModelFileError(
    `tensor "${name}": expected finite numbers; element ${bad} is ${data[bad]!}.`,
  );
}

/** A checksum's digits. */
export const hex = (crc: number): string => crc.toString(16).padStart(NO_CRC.length, '0');

/** Where the checksum's digits begin. Quotes in other values are escaped, so it is found once. */
export function crcPosition(bytes: Uint8Array, digits: string): number {
  const key = `"${CRC_KEY}":"`;
  const pattern = new TextEncoder().encode(`${key}${digits}"`);
  const start = bytes.findIndex((_, i) => pattern.every((byte, j) => bytes[i + j] === byte));
  return start < 0 ? start : start + key.length;
}
