/**
 * Shape arithmetic. A shape lists the sizes of a tensor's axes, outermost first; images are
 * `[N, H, W, C]` (samples, height, width, channels).
 */
import { ShapeError } from './errors.ts';
import { shown } from './options.ts';

/** Sizes of the axes, outermost first: whole numbers of at least 0. `[]` is a single number. */
export type Shape = readonly number[];

/** Most axes of a shape; as many as arrays of NumPy have. */
const MOST_AXES = 64;

/** Whether a value is a list short enough to be a shape; its sizes are still to be checked. */
export const isListOfSizes = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length <= MOST_AXES;

/** Number of elements: the product of the sizes; 1 for `[]`. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Sizes that a message shows; more are a mistake. */
const MOST_SHOWN = 16;

/** The shape as text, for messages: `[32, 28, 28, 1]`. */
export function formatShape(shape: readonly (number | string)[]): string {
  const listed = shape.length > MOST_SHOWN ? [...shape.slice(0, MOST_SHOWN), '…'] : shape;
  // What a caller passes for a size may be anything.
  const texts = listed.map((size) => (Object(size) === size ? shown(size) : String(size)));
  return `[${texts.join(', ')}]`;
}

/** Whether both shapes have the same axes of the same sizes. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/**
 * Checks that every size is a whole number of at least 0 and that their product is exact.
 * @throws ShapeError naming `where`.
 */
export function checkShape(shape: Shape, where: string): void {
  if (!isListOfSizes(shape)) {
    throw new ShapeError(
      `${where}: expected a shape, a list of at most ${MOST_AXES} sizes; received ${shown(shape)}.`,
    );
  }
  for (const length of shape) {
    if (!Number.isInteger(length) || length < 0) {
      throw new ShapeError(
        `${where}: expected sizes that are whole numbers of at least 0; received ${formatShape(shape)}.`,
      );
    }
  }
  if (!Number.isSafeInteger(sizeOf(shape))) {
    throw new ShapeError(`${where}: ${formatShape(shape)} has too many elements to count exactly.`);
  }
}

/** Elements between neighbours along each axis, for contiguous row-major data. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}
