/**
 * The header of an IDX file: `[0][0][element type][axes][size]…`, 4 + 4 × axes bytes. Everything
 * that can be wrong with a file is said here, so that readers of whole files, of streams and of
 * bytes refuse it in the same words.
 */
import { contentKind } from '../content-kind.ts';
import { IdxFormatError } from '../errors.ts';
import {
  countElements,
  ELEMENT_TYPES,
  elementTypeNamed,
  MAX_IDX_AXES,
  MAX_IDX_BYTES,
  type IdxTypeName,
} from './idx-types.ts';

/** The header of an IDX file. */
export interface IdxHeader {
  readonly type: IdxTypeName;
  /** Sizes of the axes, outermost first: 1 to 8 of them, each from 0 to 2^32 − 1. */
  readonly shape: readonly number[];
  /** Number of bytes before the first element. */
  readonly headerBytes: number;
  /** Number of bytes of all elements; at most 2^53 − 1. */
  readonly dataBytes: number;
}

function hexadecimal(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0').toUpperCase()}`;
}

/** A shape as `[60000, 28, 28]`. */
export function formatSizes(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/**
 * Reads a header.
 *
 * @param bytes - the beginning of the file; 36 bytes, or the whole file, are always enough.
 * @throws IdxFormatError if the bytes are not the beginning of an IDX file.
 */
export function parseIdxHeader(bytes: Uint8Array, source: string): IdxHeader {
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
  const headerBytes = 4 + 4 * axes;
  if (bytes.length < headerBytes) {
    return fail(
      `expected a header of ${headerBytes} bytes for ${axes} axes; received ${bytes.length} bytes. The file is cut short: get it again.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const dataBytes = countElements(shape) * type.array.BYTES_PER_ELEMENT;
  if (dataBytes > Number.MAX_SAFE_INTEGER) {
    return fail(
      `expected at most ${MAX_IDX_BYTES} bytes of elements; the header announces ${formatSizes(shape)}, which is more. Check the file's header.`,
    );
  }
  return { type: type.name, shape, headerBytes, dataBytes };
}

/** Writes a header: the opposite of {@link parseIdxHeader}. The shape has been checked. */
export function encodeIdxHeader(type: IdxTypeName, shape: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (elementTypeNamed(type).code << 8) | shape.length);
  for (const [axis, size] of shape.entries()) view.setUint32(4 + 4 * axis, size);
  return bytes;
}

/** Whether these can be the sizes in a header. */
export function isIdxShape(shape: readonly number[]): boolean {
  const isSize = (size: number): boolean => Number.isInteger(size) && size >= 0 && size < 2 ** 32;
  return shape.length >= 1 && shape.length <= MAX_IDX_AXES && shape.every(isSize);
}

/** @throws IdxFormatError if the elements are more than one array may hold. */
export function checkFitsMemory({ shape, dataBytes }: IdxHeader, source: string): void {
  if (dataBytes <= MAX_IDX_BYTES) return;
  throw new IdxFormatError(
    `${source}: expected at most ${MAX_IDX_BYTES} bytes of elements; the header announces ${formatSizes(shape)}, which is more. Check the file's header.`,
  );
}

/** The error for fewer bytes of elements than the header announces. */
export function cutShort(
  { shape, dataBytes }: IdxHeader,
  receivedBytes: string,
  source: string,
): IdxFormatError {
  return new IdxFormatError(
    `${source}: expected ${dataBytes} bytes of elements for ${formatSizes(shape)}; received ${receivedBytes}. The file is cut short: get it again.`,
  );
}

/** The error for bytes after the last element. */
export function tooLong(
  { shape, dataBytes }: IdxHeader,
  surplus: string,
  source: string,
): IdxFormatError {
  return new IdxFormatError(
    `${source}: expected ${dataBytes} bytes of elements for ${formatSizes(shape)}; received ${surplus}. Get the file again, or pass strict: false to ignore them.`,
  );
}
