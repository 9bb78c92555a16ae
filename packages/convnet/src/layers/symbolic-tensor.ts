/**
 * Tensors without numbers, by which a network is drawn before it is made: `input` gives the first
 * one, and applying a layer to some gives the next. `model({ inputs, outputs })` then collects the
 * layers that lie between two of them.
 */
import type { Shape } from '@convnet/tensor';
import type { BaseLayer } from './layer.ts';
import { LayerOptionError, positiveInteger } from './options.ts';

/** The input of a network. */
export interface InputOrigin {
  readonly name: string;
  /** Shape of one sample. */
  readonly shape: Shape;
}

/** The output of a layer. */
export interface LayerOrigin {
  readonly layer: BaseLayer;
  readonly inputs: readonly SymbolicTensor[];
}

/** A place in a network. Made by {@link input} and by the `apply` of layers. */
export class SymbolicTensor {
  /** Where it comes from. */
  readonly origin: InputOrigin | LayerOrigin;

  constructor(origin: InputOrigin | LayerOrigin) {
    this.origin = origin;
  }
}

/** Options of {@link input}. */
export interface InputOptions {
  /** Shape of one sample: `[height, width, channels]` for images. */
  readonly shape: Shape;
  /** Default `input`. */
  readonly name?: string;
}

/**
 * The input of a network that `model({ inputs, outputs })` makes.
 *
 * @throws LayerOptionError unless the sizes are whole numbers of at least 1.
 * @example
 * ```ts
 * const x = input({ shape: [28, 28, 1] });
 * const y = flatten().apply(x);
 * ```
 */
export function input({ shape, name = 'input' }: InputOptions): SymbolicTensor {
  const isList: boolean = Array.isArray(shape);
  if (!isList) {
    throw new LayerOptionError(
      `input shape: expected the sizes of one sample's axes, such as [28, 28, 1]; received ${JSON.stringify(shape)}.`,
    );
  }
  shape.forEach((length) => positiveInteger(length, 'input shape'));
  return new SymbolicTensor({ name, shape: Object.freeze([...shape]) });
}
