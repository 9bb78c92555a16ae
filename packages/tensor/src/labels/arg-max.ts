/** The place of the largest number, such as the class that a row of probabilities stands for. */
import { ShapeError } from '../errors.ts';
import { integerOption, shown } from '../options.ts';
import { formatShape, sizeOf } from '../shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';

/**
 * Along an axis, the index of the largest number; of equal ones, the first, and −1 where there is NaN,
 * among which none is largest.
 *
 * @param axis - from 0, or from −1, the last (default), backwards.
 * @returns one index for each place in the other axes, in row-major order: for `[N, K]` and the last
 * axis, N classes.
 * @throws ShapeError if there is no such axis, or nothing along it.
 * @example
 * ```ts
 * argMax(model.predict(images)); // the class of each image
 * ```
 */
export function argMax(tensor: Tensor, axis = -1): Int32Array {
  if (!isTensor(tensor)) {
    throw new ShapeError(`argMax: expected a tensor; received ${shown(tensor)}.`);
  }
  const { data, shape } = tensor;
  integerOption(axis, {}, 'argMax axis');
  const at = axis < 0 ? axis + shape.length : axis;
  const size = shape[at];
  if (size === undefined || size === 0) {
    throw new ShapeError(
      `argMax: expected an axis of ${formatShape(shape)} that is not empty; received ${axis}.`,
    );
  }
  const step = sizeOf(shape.slice(at + 1));
  return Int32Array.from({ length: data.length / size }, (_, place) => {
    const first = Math.floor(place / step) * size * step + (place % step);
    let best = 0;
    for (let k = 0; k < size; k++) {
      const value = data[first + k * step]!;
      if (Number.isNaN(value)) return -1;
      if (value > data[first + best * step]!) best = k;
    }
    return best;
  });
}
