/** Reads an IDX array from the bytes of its file, checked against the header before any copy. */
import { asBytes, booleanOption, checkOptions, textOption } from '@convnet/tensor';
import { swapToOrFromBigEndian } from '../byte-order.ts';
import { checkFitsMemory, cutShort, parseIdxHeader, tooLong } from './idx-header.ts';
import { elementsOf, elementTypeNamed, type IdxArray } from './idx-types.ts';

/** Options of {@link parseIdx}, and of the other readers. */
export interface ParseIdxOptions {
  /** Name of the data in messages, such as its file name. */
  readonly source?: string | undefined;
  /** Whether bytes after the last element are an error; true by default. */
  readonly strict?: boolean | undefined;
}

/**
 * Reads an IDX file. One-byte elements share the memory of `bytes`; wider ones are copied.
 *
 * @throws IdxFormatError if the bytes are not exactly one IDX array, of at most 1 GiB.
 * @example
 * ```ts
 * parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9)).data; // Uint8Array [7, 9]
 * ```
 */
export function parseIdx(file: Uint8Array | ArrayBuffer, options: ParseIdxOptions = {}): IdxArray {
  const bytes = asBytes(file, 'parseIdx');
  checkOptions(options, 'source strict', 'parseIdx');
  const { source = 'IDX data', strict = true } = options;
  textOption(source, 'parseIdx source');
  booleanOption(strict, 'parseIdx strict');
  const header = parseIdxHeader(bytes, source);
  checkFitsMemory(header, source);
  const { shape, headerBytes, dataBytes } = header;
  const available = bytes.length - headerBytes;
  if (available < dataBytes) throw cutShort(header, String(available), source);
  if (strict && available > dataBytes) {
    throw tooLong(header, `${available - dataBytes} more`, source);
  }
  const type = elementTypeNamed(header.type);
  const elementSize = type.array.BYTES_PER_ELEMENT;
  // Not a subarray: that of a Node buffer is one too, and elements are plain arrays.
  const elements = new Uint8Array(
    bytes.buffer as ArrayBuffer,
    bytes.byteOffset + headerBytes,
    dataBytes,
  );
  if (elementSize === 1) return { shape, data: elementsOf(type, elements) };
  const native = new Uint8Array(elements);
  swapToOrFromBigEndian(native, elementSize);
  return { shape, data: elementsOf(type, native) };
}
