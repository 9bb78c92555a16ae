/**
 * Weights from elsewhere, such as a `state_dict` that PyTorch saved as safetensors, into a network
 * of this library. Layouts are PyTorch's, as in model files; which tensor belongs to which layer
 * is known by the name: `conv1.weight` is the weight of the layer `conv1`.
 */
import { asBytes, checkOptions, functionOption, isErrorNamed } from '@convnet/tensor/inference';
import type { Layer } from '../layers/layer.ts';
import { foreignFile } from './foreign-file.ts';
import { ModelFileError } from './model-file-error.ts';
import { fillTensors } from './read-model-file.ts';
import { namedTensors } from './model-file-format.ts';
import { readSafetensors } from './number-formats.ts';

/** Options of {@link loadWeights}. */
export interface LoadWeightsOptions {
  /** The name of the bytes in messages; usually a path. */
  readonly source?: string;
  /**
   * From a tensor's name in the file to its name here, such as `0.weight` to `conv1.weight`;
   * `undefined` leaves the tensor out.
   */
  readonly rename?: (name: string) => string | undefined;
  /**
   * Leave layers as they are for which the file has no tensors; default false. For networks that
   * begin like the file's and end otherwise.
   */
  readonly allowMissing?: boolean;
}

/** A counter that PyTorch keeps in normalisation layers; the function does not depend on it. */
const COUNTER = /(^|\.)num_batches_tracked$/;

/**
 * Fills a network's weights from a safetensors file.
 *
 * @returns the names of the tensors that were filled.
 * @throws ModelFileError if the bytes are no such file, or a tensor is missing, left over, of
 * another shape or not finite; the network has not changed then.
 * @example
 * ```ts
 * loadWeights(model, await readFile('from-pytorch.safetensors'));
 * ```
 */
export function loadWeights(
  model: { readonly layers: readonly Layer[] },
  bytes: Uint8Array | ArrayBuffer,
  options: LoadWeightsOptions = {},
): string[] {
  checkOptions(options, 'source rename allowMissing', 'loadWeights');
  const { source = 'weights', rename = (name: string) => name, allowMissing = false } = options;
  functionOption(rename, 'loadWeights rename');
  const file = asBytes(bytes, 'loadWeights');
  try {
    const { tensors, notRead } = readSafetensors(file);
    const renamed = <T>(entries: Iterable<readonly [string, T]>): Map<string, T> =>
      new Map(
        [...entries].flatMap(([name, value]) => {
          const here = rename(name);
          return here === undefined ? [] : [[here, value] as const];
        }),
      );
    const named = renamed(tensors);
    const others = renamed([...notRead].filter(([name]) => !COUNTER.test(name)));
    const wanted = namedTensors(model);
    const strangers = [...named.keys(), ...others.keys()].filter((name) => !wanted.has(name));
    if (strangers.length > 0) {
      throw new ModelFileError(
        `expected tensors of the network's layers (${[...wanted.keys()].join(', ')}); also received ${strangers.join(', ')}. Rename them by the option rename, or leave them out there.`,
      );
    }
    fillTensors(model, named, { allowMissing, notRead: others });
    return [...wanted.keys()].filter((name) => named.has(name));
  } catch (error) {
    if (!isErrorNamed<ModelFileError>(error, 'ModelFileError')) throw error;
    throw new ModelFileError(`${source}: ${error.message}${foreignFile(file)}`, { cause: error });
  }
}
