/** What sizes a network may have: beyond them, a model that loads could not answer. */
import { formatShape, ShapeError, sizeOf, type Shape } from '@convnet/tensor/inference';

/** Most numbers of a parameter, or of the output for one sample: as float32, 1 GiB. */
const LARGEST_TENSOR = 2 ** 28;

/** @throws ShapeError for more numbers than kernels have memory for. */
export function checkSize(shape: Shape, where: string): void {
  if (sizeOf(shape) <= LARGEST_TENSOR) return;
  throw new ShapeError(
    `${where}: expected at most ${LARGEST_TENSOR} numbers; ${formatShape(shape)} has more. Use smaller sizes.`,
  );
}
