/**
 * The contract of a layer that makes one tensor of several, in a network that branches:
 *
 *     forwardAll:   inputs  [N, …shape₁], [N, …shape₂], …  →  output  [N, …outputShape]
 *     backwardAll:  dOutput [N, …outputShape]              →  dInputs [N, …shape₁], [N, …shape₂], …
 *
 * The rest is as in `layer.ts`.
 */
import { formatShape, sameShape, ShapeError } from '@convnet/tensor';
import { BaseLayer, type Signal } from './layer.ts';
import { LayerOptionError } from './options.ts';
import type { SymbolicTensor } from './symbolic-tensor.ts';

/** Base class of layers of several inputs. */
export abstract class MergeLayer extends BaseLayer {
  /**
   * Puts the layer behind `inputs`, in a network that `model({ inputs, outputs })` makes. Nothing is
   * computed yet.
   *
   * @throws LayerOptionError if the layer was applied before.
   * @example
   * ```ts
   * const y = add().apply([x, conv2d({ filters: 8, kernelSize: 3, padding: 'same' }).apply(x)]);
   * ```
   */
  apply(inputs: readonly SymbolicTensor[]): SymbolicTensor {
    // Without types, a single tensor may be given.
    return this.applyAll(Array.isArray(inputs) ? [...(inputs as readonly SymbolicTensor[])] : []);
  }
}

/** @throws LayerOptionError unless there are two inputs or more. */
export function checkSeveral(inputs: readonly Signal[], label: string): void {
  if (inputs.length >= 2) return;
  throw new LayerOptionError(
    `${label}: expected at least two inputs; received ${inputs.length}. In model({ inputs, outputs }), apply it to a list of tensors.`,
  );
}

/**
 * What comes out where inputs of one shape are joined element by element.
 * @throws LayerOptionError unless there are two inputs or more; ShapeError if shapes differ.
 */
export function sameShapeInputs(inputs: readonly Signal[], label: string): Signal {
  checkSeveral(inputs, label);
  const [{ shape, flattenedFrom }, ...others] = inputs as [Signal, ...Signal[]];
  const other = others.find((input) => !sameShape(input.shape, shape));
  if (other) {
    throw new ShapeError(
      `${label}: expected inputs of one shape; received ${formatShape(['N', ...shape])} and ${formatShape(['N', ...other.shape])}. Bring them to one shape, by conv2d({ kernelSize: 1, strides }) for example.`,
    );
  }
  const isFlattened =
    flattenedFrom !== undefined &&
    others.every((input) => input.flattenedFrom && sameShape(input.flattenedFrom, flattenedFrom));
  return isFlattened ? { shape, flattenedFrom } : { shape };
}
