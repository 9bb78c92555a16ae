/** Writes an IDX array as the bytes of its file. */
import { swapToOrFromBigEndian } from '../byte-order.ts';
import { IdxFormatError } from '../errors.ts';
import { encodeIdxHeader, formatSizes, isIdxShape } from './idx-header.ts';
import {
  bytesOf,
  checkArray,
  countElements,
  idxTypeName,
  MAX_IDX_AXES,
  type IdxArray,
} from './idx-types.ts';

/**
 * Writes an IDX file: the opposite of `parseIdx`, byte for byte.
 *
 * @throws IdxFormatError if the shape is not one of IDX or does not fit the number of elements.
 * @example
 * ```ts
 * encodeIdx({ shape: [2], data: Uint8Array.of(7, 9) }); // 0 0 8 1, 0 0 0 2, 7 9
 * ```
 */
export function encodeIdx(array: IdxArray): Uint8Array<ArrayBuffer> {
  checkArray(array, 'encodeIdx');
  const { shape, data } = array;
  const type = idxTypeName(data);
  if (!isIdxShape(shape) || countElements(shape) !== data.length) {
    throw new IdxFormatError(
      `encodeIdx: expected 1 to ${MAX_IDX_AXES} sizes whose product is ${data.length}, the number of elements; received ${formatSizes(shape)}.`,
    );
  }
  const header = encodeIdxHeader(type, shape);
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(bytesOf(data), header.length);
  swapToOrFromBigEndian(bytes.subarray(header.length), data.BYTES_PER_ELEMENT);
  return bytes;
}

/** Elements as a file has them; shares the memory of one-byte elements, copies wider ones. */
export function bigEndian(data: IdxArray['data']): Uint8Array {
  const bytes = bytesOf(data);
  if (data.BYTES_PER_ELEMENT === 1) return bytes;
  const swapped = new Uint8Array(bytes);
  swapToOrFromBigEndian(swapped, data.BYTES_PER_ELEMENT);
  return swapped;
}
