/**
 * IDX, the file format of MNIST: `[0][0][element type][axes]`, then the size of each axis as a
 * big-endian uint32, then the elements, row-major and big-endian. Nothing else: no name, no
 * checksum, no compression. The format is described on the MNIST page of Y. LeCun, C. Cortes and
 * C. Burges.
 *
 * This file has what all readers and writers share: the element types, arrays, and their limits.
 */
import { kindOf, shown } from '@convnet/tensor';
import { IdxFormatError } from '../errors.ts';

/** Largest element data of one array in memory; the largest published set has 0.55 GB. */
export const MAX_IDX_BYTES = 2 ** 30;

/** Most axes an array may have. */
export const MAX_IDX_AXES = 8;

/** Longest header: four bytes, and four more per axis. */
export const MAX_IDX_HEADER_BYTES = 4 + 4 * MAX_IDX_AXES;

/** Largest file that holds accepted data. */
export const MAX_IDX_FILE_BYTES = MAX_IDX_BYTES + MAX_IDX_HEADER_BYTES;

/** Names of the six element types, as NumPy calls them. */
export type IdxTypeName = 'uint8' | 'int8' | 'int16' | 'int32' | 'float32' | 'float64';

/** Elements of an IDX array, in the byte order of this machine. */
export type IdxData =
  Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** An IDX array: the sizes of its axes, outermost first, and its elements in row-major order. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: IdxData;
}

/** One element type: the code in the file, its name, and the array that holds its elements. */
export const ELEMENT_TYPES = [
  { code: 0x08, name: 'uint8', array: Uint8Array },
  { code: 0x09, name: 'int8', array: Int8Array },
  { code: 0x0b, name: 'int16', array: Int16Array },
  { code: 0x0c, name: 'int32', array: Int32Array },
  { code: 0x0d, name: 'float32', array: Float32Array },
  { code: 0x0e, name: 'float64', array: Float64Array },
] as const;

/** An entry of {@link ELEMENT_TYPES}. */
export type ElementType = (typeof ELEMENT_TYPES)[number];

/** The element type of that name. */
export function elementTypeNamed(name: IdxTypeName): ElementType {
  return ELEMENT_TYPES.find((type) => type.name === name)!;
}

/**
 * The element type that an array's data has.
 * @throws IdxFormatError if it is not one of the six.
 */
export function elementTypeOf(data: IdxData): ElementType {
  const type = ELEMENT_TYPES.find((candidate) => kindOf(data) === candidate.array.name);
  if (type === undefined) {
    throw new IdxFormatError(
      'IDX: expected elements in a Uint8Array, Int8Array, Int16Array, Int32Array, Float32Array or Float64Array; received another kind of data.',
    );
  }
  return type;
}

/** The name of the element type that an array's data has. */
export function idxTypeName(data: IdxData): IdxTypeName {
  return elementTypeOf(data).name;
}

const isSize = (size: unknown): boolean => Number.isSafeInteger(size) && (size as number) >= 0;

/** An array from a caller. @throws IdxFormatError for anything else. */
export function checkArray(array: IdxArray, where: string): void {
  const { shape, data } = Object(array) as Partial<IdxArray>;
  // A file has one byte for the number of axes.
  const isList = Array.isArray(shape) && shape.length < 256;
  if (isList && shape.every(isSize) && ArrayBuffer.isView(data)) return;
  throw new IdxFormatError(
    `${where}: expected an array { shape, data }; received ${shown(array)}.`,
  );
}

/** The four bytes that open an array's file, as one number: 2051 for images, 2049 for labels. */
export function idxMagic(array: IdxArray): number {
  return (elementTypeOf(array.data).code << 8) | array.shape.length;
}

/** Number of elements of a shape; exact below 2^53, and never too small above. */
export function countElements(shape: readonly number[]): number {
  // An empty axis first: no product before it can overflow into infinity times 0.
  if (shape.includes(0)) return 0;
  return shape.reduce((product, size) => product * size, 1);
}

/** A typed view of whole elements in native byte order; `bytes` start where the type allows. */
export function elementsOf(type: ElementType, bytes: Uint8Array<ArrayBuffer>): IdxData {
  const count = bytes.length / type.array.BYTES_PER_ELEMENT;
  return new type.array(bytes.buffer, bytes.byteOffset, count);
}

/** The memory of elements, as bytes. */
export function bytesOf(data: IdxData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
