/** Reads an IDX array from the bytes of its file, gzipped or not. */
import { asBytes, checkOptions } from '@convnet/tensor';
import { inOnePiece, isGzip } from '../gzip/gzip.ts';
import { openIdxStream } from './idx-stream.ts';
import type { IdxArray } from './idx-types.ts';
import { parseIdx, type ParseIdxOptions } from './parse-idx.ts';

/**
 * Reads an IDX file that may be gzipped, which its content tells. Gzip is unpacked straight into
 * the elements: pixels are in memory once.
 *
 * @throws IdxFormatError or GzipError if the bytes are not exactly one IDX array, of at most 1 GiB.
 * @example
 * ```ts
 * const response = await fetch('train-images-idx3-ubyte.gz');
 * const { shape } = await readIdx(new Uint8Array(await response.arrayBuffer())); // [60000, 28, 28]
 * ```
 */
export async function readIdx(
  file: Uint8Array | ArrayBuffer,
  options: ParseIdxOptions = {},
): Promise<IdxArray> {
  const bytes = asBytes(file, 'readIdx');
  checkOptions(options, 'source strict', 'readIdx');
  if (!isGzip(bytes)) return parseIdx(bytes, options);
  const stream = await openIdxStream(inOnePiece(bytes), { ...options, sourceBytes: bytes.length });
  return stream.readAll();
}
