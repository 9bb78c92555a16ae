/** Names of layers: given by the caller, or made from the layer's kind and a number. */
import { OptionError, shown } from '@convnet/tensor/inference';
import type { Layer } from '../layers/layer.ts';

/** Names that work as PyTorch module names. */
const LAYER_NAME = /^[A-Za-z_]\w{0,99}$/;

/**
 * Gives every layer without a name the next free one of its kind: `conv1`, `conv2`, …
 * @param taken - names that no layer may have.
 */
export function nameLayers(layers: readonly Layer[], taken: readonly string[] = []): void {
  const names = new Set(taken);
  for (const { name, type } of layers) {
    if (name === '') continue;
    if (!LAYER_NAME.test(name)) {
      throw new OptionError(
        `${type} name: expected letters, digits and _, not starting with a digit; received ${shown(name)}.`,
      );
    }
    if (names.has(name)) {
      throw new OptionError(
        `${type} name: expected every layer to have a name of its own; received "${name}" twice.`,
      );
    }
    names.add(name);
  }
  for (const layer of layers) {
    for (let number = 1; layer.name === ''; number++) {
      const name = `${layer.namePrefix}${number}`;
      if (names.has(name)) continue;
      names.add(name);
      layer.name = name;
    }
  }
}
