/** Bytes that may be gzipped, as they come from a server that does not say. */
import { asBytes, checkOptions } from '@convnet/tensor';
import { ChunkReader } from './chunk-reader.ts';
import { GzipError } from './errors.ts';
import { gunzipChunks, inOnePiece, isGzip, lastNumber, MAX_GZIP_RATIO } from './gzip.ts';
import { MAX_IDX_FILE_BYTES } from './idx/idx-types.ts';

/** Options of {@link decompressIfGzipped}. */
export interface DecompressOptions {
  /** Name of the data in messages, such as its file name. */
  readonly source?: string;
  /** Most bytes accepted after decompression; by default the largest IDX file. */
  readonly maxBytes?: number;
}

/**
 * Gzipped bytes decompressed, other bytes as they are.
 *
 * @throws GzipError if the data is corrupt, cut short, followed by anything, or larger than
 * `maxBytes`.
 * @example
 * ```ts
 * const plain = await decompressIfGzipped(new Uint8Array(await response.arrayBuffer()));
 * ```
 */
export async function decompressIfGzipped(
  bytes: Uint8Array,
  options: DecompressOptions = {},
): Promise<Uint8Array> {
  asBytes(bytes, 'decompressIfGzipped');
  checkOptions(options, 'source maxBytes', 'decompressIfGzipped');
  if (!isGzip(bytes)) return bytes;
  const { source = 'gzip data', maxBytes = MAX_IDX_FILE_BYTES } = options;
  const reader = new ChunkReader(gunzipChunks(inOnePiece(bytes), { source }));
  // The last four bytes say how long the content is. Where that is possible, one buffer of that
  // length is enough; whether it is true shows in the end.
  const announced = bytes.length < 18 ? 0 : lastNumber(bytes);
  const isPossible = announced <= Math.min(maxBytes, bytes.length * MAX_GZIP_RATIO);
  try {
    const whole = await reader.read(isPossible ? announced : maxBytes, isPossible);
    if ((await reader.discard(isPossible ? maxBytes - announced : 0)) === 0) return whole;
    throw new GzipError(
      `${source}: expected at most ${maxBytes} bytes after decompression; received more. Check that this is the right file.`,
    );
  } finally {
    await reader.close();
  }
}
