/** The input of a network that branches, from which layers are applied one to another. */
import {
  checkOptions,
  isListOfSizes,
  OptionError,
  positiveInteger,
  shown,
  type Shape,
} from '@convnet/tensor/inference';
import { SymbolicTensor } from './layer.ts';

/** Options of `layers.input`. */
export interface InputOptions {
  /** Shape of one sample: `[height, width, channels]` for images. */
  readonly shape: Shape;
  /** Default `input`. */
  readonly name?: string;
}

/**
 * The input of a network that `functional({ inputs, outputs })` makes.
 *
 * @throws OptionError unless the sizes are whole numbers of at least 1.
 * @example
 * ```ts
 * const x = layers.input({ shape: [28, 28, 1] });
 * const y = flatten().apply(x);
 * ```
 */
export function input(options: InputOptions): SymbolicTensor {
  checkOptions(options, 'shape name', 'input');
  const { shape, name = 'input' } = options;
  if (!isListOfSizes(shape)) {
    throw new OptionError(
      `input shape: expected the sizes of one sample's axes, such as [28, 28, 1]; received ${shown(shape)}.`,
    );
  }
  shape.forEach((length) => positiveInteger(length, 'input shape'));
  return new SymbolicTensor({ name, shape: Object.freeze([...shape]) });
}
