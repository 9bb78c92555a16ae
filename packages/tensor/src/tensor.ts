/**
 * A tensor: numbers in row-major order and the shape that gives them meaning. Tensors hold no
 * history and do no arithmetic; kernels do, and layers call kernels.
 */
import { allocate, dtypeOf, type DType, type FloatArray } from './dtype.ts';
import { OptionError, ShapeError } from './errors.ts';
import { integerOption, isList, shown } from './options.ts';
import { checkShape, formatShape, isListOfSizes, sizeOf, type Shape } from './shape.ts';

/** Nested lists of numbers, as deep as the tensor has axes. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** More are a list that holds itself, or made to hurt. */
const MOST_AXES = 32;

/** Most elements of a tensor that is made: 2 GiB of float32. */
const MOST_ELEMENTS = 2 ** 29;

/** An n-dimensional array of floats; contiguous, row-major. */
export class Tensor {
  /** Sizes of the axes, outermost first. */
  readonly shape: Shape;
  /** The elements; as many as the product of `shape`. Kernels write here. */
  readonly data: FloatArray;

  /**
   * Wraps `data` without copying it.
   * @throws ShapeError if the number of elements is not the product of `shape`; OptionError if `data`
   * is not a Float32Array or Float64Array.
   */
  constructor(data: FloatArray, shape: Shape) {
    checkShape(shape, 'Tensor');
    if (dtypeOf(data) === undefined) {
      throw new OptionError(
        `Tensor data: expected a Float32Array or Float64Array; received ${shown(data)}. For lists, use Tensor.from().`,
      );
    }
    if (data.length !== sizeOf(shape)) {
      throw new ShapeError(
        `Tensor: expected ${sizeOf(shape)} elements for shape ${formatShape(shape)}; received ${data.length}.`,
      );
    }
    this.shape = Object.freeze([...shape]);
    this.data = data;
  }

  /** Number format of the elements. */
  get dtype(): DType {
    return dtypeOf(this.data)!;
  }

  /** Number of elements. */
  get size(): number {
    return this.data.length;
  }

  /** A tensor of zeros. */
  static zeros(shape: Shape, dtype: DType = 'float32'): Tensor {
    checkShape(shape, 'Tensor.zeros');
    if (sizeOf(shape) > MOST_ELEMENTS) {
      throw new ShapeError(
        `Tensor.zeros: expected at most ${MOST_ELEMENTS} elements; received ${formatShape(shape)}. Work with fewer samples at a time.`,
      );
    }
    return new Tensor(allocate(dtype, sizeOf(shape)), shape);
  }

  /**
   * A tensor from nested lists.
   *
   * @throws ShapeError if lists of one level differ in length; OptionError for elements that are not
   * numbers.
   * @example
   * ```ts
   * Tensor.from([[1, 2, 3], [4, 5, 6]]).shape; // [2, 3]
   * ```
   */
  static from(values: NestedNumbers, dtype: DType = 'float32'): Tensor {
    const shape: number[] = [];
    for (let level = values; isList(level); level = level[0]!) {
      if (shape.length === MOST_AXES) {
        throw new ShapeError(
          `Tensor.from: expected lists within each other at most ${MOST_AXES} deep.`,
        );
      }
      shape.push(level.length);
      if (level.length === 0) break;
    }
    const flat: number[] = [];
    const collect = (value: NestedNumbers, axis: number): void => {
      if (!isList(value) && typeof value !== 'number') {
        throw new OptionError(
          `Tensor.from: expected lists of numbers; received ${shown(value)} at depth ${axis}.`,
        );
      }
      if (!isList(value) && axis === shape.length) {
        flat.push(value);
      } else if (isList(value) && value.length === shape[axis]) {
        // eslint-disable-next-line @typescript-eslint/prefer-for-of -- iterating throws where a buffer has gone
        for (let i = 0; i < value.length; i++) collect(value[i]!, axis + 1);
      } else {
        const received = isList(value) ? `${value.length} elements` : 'a number';
        throw new ShapeError(
          `Tensor.from: expected every list at depth ${axis} to fit shape ${formatShape(shape)}; received ${received}. Make all lists of one depth equally long.`,
        );
      }
    };
    collect(values, 0);
    const tensor = Tensor.zeros(shape, dtype);
    tensor.data.set(flat);
    return tensor;
  }

  /**
   * The same elements under another shape; shares the data.
   * @throws ShapeError if the number of elements differs.
   */
  reshape(shape: Shape): Tensor {
    checkShape(shape, 'Tensor.reshape');
    if (sizeOf(shape) !== this.size) {
      throw new ShapeError(
        `Tensor.reshape: expected a shape of ${this.size} elements, as ${formatShape(this.shape)} has; received ${formatShape(shape)}.`,
      );
    }
    return new Tensor(this.data, shape);
  }

  /**
   * `count` entries of the first axis, from `start`; shares the data.
   * @throws ShapeError if the range does not lie within the first axis.
   */
  rows(start: number, count: number): Tensor {
    integerOption(start, {}, 'Tensor.rows start');
    integerOption(count, {}, 'Tensor.rows count');
    const [total = 0, ...rest] = this.shape;
    if (this.shape.length === 0 || start < 0 || count < 0 || start + count > total) {
      throw new ShapeError(
        `Tensor.rows: expected a range within the first axis of ${formatShape(this.shape)}; received ${start} to ${start + count}.`,
      );
    }
    const step = sizeOf(rest);
    return new Tensor(this.data.subarray(start * step, (start + count) * step), [count, ...rest]);
  }

  /** A copy with its own data. */
  clone(): Tensor {
    return new Tensor(this.data.slice(), this.shape);
  }
}

/** Whether `value` is a tensor: of this copy of the package, or of another one. */
export function isTensor(value: unknown): value is Tensor {
  if (value instanceof Tensor) return true;
  const { data, shape } = (value ?? {}) as Partial<Tensor>;
  return isListOfSizes(shape) && dtypeOf(data) !== undefined && sizeOf(shape) === data!.length;
}
