/**
 * IDX, the file format of MNIST: `[0][0][element type][axes]`, then the size of each axis as a
 * big-endian uint32, then the elements, row-major and big-endian. Nothing else: no name, no
 * checksum, no compression. The format is described on the MNIST page of Y. LeCun, C. Cortes and
 * C. Burges.
 *
 * Files are checked against their header before anything is allocated.
 */
import { contentKind } from '../content-kind.ts';
import { IdxFormatError } from '../errors.ts';

/** Largest accepted element data; the largest published set of this kind has 0.55 GB. */
export const MAX_IDX_BYTES = 2 ** 30;

/** Most axes an array may have. */
export const MAX_IDX_AXES = 8;

/** Largest file that holds accepted data: four bytes per axis and four more come before it. */
export const MAX_IDX_FILE_BYTES = MAX_IDX_BYTES + 4 + 4 * MAX_IDX_AXES;

/** Elements of an IDX array, in the byte order of this machine. */
export type IdxData =
  Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** An IDX array: the sizes of its axes, outermost first, and its elements in row-major order. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: IdxData;
}

/** Options of {@link parseIdx}. */
export interface ParseIdxOptions {
  /** What to call the data in messages, such as its file name. */
  readonly source?: string;
  /** Whether bytes after the last element are an error; true by default. */
  readonly strict?: boolean;
}

const ELEMENT_TYPES = [
  { code: 0x08, array: Uint8Array },
  { code: 0x09, array: Int8Array },
  { code: 0x0b, array: Int16Array },
  { code: 0x0c, array: Int32Array },
  { code: 0x0d, array: Float32Array },
  { code: 0x0e, array: Float64Array },
] as const;

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Turns big-endian elements into native ones, or back, in place. */
function swapToOrFromBigEndian(bytes: Uint8Array, elementSize: number): void {
  if (!HOST_IS_LITTLE_ENDIAN || elementSize === 1) return;
  for (let start = 0; start < bytes.length; start += elementSize) {
    bytes.subarray(start, start + elementSize).reverse();
  }
}

function hexadecimal(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0').toUpperCase()}`;
}

/** The four bytes that open an array's file, as one number: 2051 for images, 2049 for labels. */
export function idxMagic(array: IdxArray): number {
  return (elementTypeOf(array.data).code << 8) | array.shape.length;
}

function elementTypeOf(data: IdxData): (typeof ELEMENT_TYPES)[number] {
  const type = ELEMENT_TYPES.find((candidate) => data instanceof candidate.array);
  if (type === undefined) {
    throw new IdxFormatError(
      'IDX: expected elements in a Uint8Array, Int8Array, Int16Array, Int32Array, Float32Array or Float64Array; received another kind of data.',
    );
  }
  return type;
}

/**
 * Reads an IDX file. One-byte elements share the memory of `bytes`; wider ones are copied.
 *
 * @throws IdxFormatError if the bytes are not exactly one IDX array.
 * @example
 * ```ts
 * parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9)).data; // Uint8Array [7, 9]
 * ```
 */
export function parseIdx(bytes: Uint8Array, options: ParseIdxOptions = {}): IdxArray {
  const { source = 'IDX data', strict = true } = options;
  const fail = (message: string): never => {
    throw new IdxFormatError(`${source}: ${message}`);
  };

  const [zero1, zero2, typeCode, axes] = bytes;
  if (zero1 !== 0 || zero2 !== 0 || typeCode === undefined || axes === undefined) {
    const kind = contentKind(bytes);
    const received = [...bytes.subarray(0, 4)].map(hexadecimal).join(' ');
    return fail(
      `expected an IDX file, which opens with 0x00 0x00, a type and a number of axes; received ${kind ?? `the bytes ${received}`}. ${
        kind?.startsWith('gzip') === true ? 'Decompress it first.' : 'Download the file again.'
      }`,
    );
  }
  const type = ELEMENT_TYPES.find(({ code }) => code === typeCode);
  if (type === undefined) {
    const known = ELEMENT_TYPES.map(({ code }) => hexadecimal(code)).join(', ');
    return fail(
      `expected one of the element types ${known}; received ${hexadecimal(typeCode)}. Check that this is an IDX file.`,
    );
  }
  if (axes < 1 || axes > MAX_IDX_AXES) {
    return fail(`expected 1 to ${MAX_IDX_AXES} axes; received ${axes}. Check the file's header.`);
  }
  const headerLength = 4 + 4 * axes;
  if (bytes.length < headerLength) {
    return fail(
      `expected a header of ${headerLength} bytes for ${axes} axes; received ${bytes.length} bytes. The file is cut short: get it again.`,
    );
  }

  const header = new DataView(bytes.buffer, bytes.byteOffset, headerLength);
  const shape = Array.from({ length: axes }, (_, axis) => header.getUint32(4 + 4 * axis));
  // Eight 32-bit sizes cannot overflow a float64, and below the limit their product is exact.
  const count = shape.reduce((product, size) => product * size, 1);
  const elementSize = type.array.BYTES_PER_ELEMENT;
  const dataLength = count * elementSize;
  const sizes = `[${shape.join(', ')}]`;
  if (dataLength > MAX_IDX_BYTES) {
    return fail(
      `expected at most ${MAX_IDX_BYTES} bytes of elements; the header announces ${sizes}, which is more. Check the file's header.`,
    );
  }
  const available = bytes.length - headerLength;
  if (available < dataLength) {
    return fail(
      `expected ${dataLength} bytes of elements for ${sizes}; received ${available}. The file is cut short: get it again.`,
    );
  }
  if (strict && available > dataLength) {
    return fail(
      `expected ${dataLength} bytes of elements for ${sizes}; received ${available - dataLength} more. Get the file again, or pass strict: false to ignore them.`,
    );
  }

  const elements = new Uint8Array(bytes.buffer, bytes.byteOffset + headerLength, dataLength);
  if (type.array === Uint8Array) return { shape, data: elements };
  if (type.array === Int8Array) {
    return { shape, data: new Int8Array(elements.buffer, elements.byteOffset, count) };
  }
  const native = new Uint8Array(elements);
  swapToOrFromBigEndian(native, elementSize);
  return { shape, data: new type.array(native.buffer) };
}

/**
 * Writes an IDX file: the opposite of {@link parseIdx}, byte for byte.
 *
 * @throws IdxFormatError if the shape is not one of IDX or does not fit the number of elements.
 */
export function encodeIdx(array: IdxArray): Uint8Array {
  const { shape, data } = array;
  const type = elementTypeOf(data);
  const count = shape.reduce((product, size) => product * size, 1);
  const isSize = (size: number): boolean => Number.isInteger(size) && size >= 0 && size < 2 ** 32;
  if (
    shape.length < 1 ||
    shape.length > MAX_IDX_AXES ||
    !shape.every(isSize) ||
    count !== data.length
  ) {
    throw new IdxFormatError(
      `encodeIdx: expected 1 to ${MAX_IDX_AXES} sizes whose product is ${data.length}, the number of elements; received [${shape.join(', ')}].`,
    );
  }
  const headerLength = 4 + 4 * shape.length;
  const bytes = new Uint8Array(headerLength + data.byteLength);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, (type.code << 8) | shape.length);
  for (const [axis, size] of shape.entries()) header.setUint32(4 + 4 * axis, size);
  const elements = bytes.subarray(headerLength);
  elements.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  swapToOrFromBigEndian(elements, data.BYTES_PER_ELEMENT);
  return bytes;
}
