/** What layers of several inputs check. */
import { formatShape, OptionError, sameShape, ShapeError } from '@convnet/tensor';
import type { Signal } from './signal.ts';

/** @throws OptionError unless there are two inputs or more. */
export function checkSeveral(inputs: readonly Signal[], label: string): void {
  if (inputs.length >= 2) return;
  throw new OptionError(
    `${label}: expected at least two inputs; received ${inputs.length}. In functional({ inputs, outputs }), apply it to a list of tensors.`,
  );
}

/**
 * The output signal of layers that join inputs of one shape element by element.
 * @throws OptionError unless there are two inputs or more; ShapeError if shapes differ.
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
