/** Bytes that may be gzipped, as they come from a server that does not say. */
import { asBytes, checkOptions, numberOption, textOption } from '@convnet/tensor';
import { ChunkReader } from './chunk-reader.ts';
import { GzipError } from './errors.ts';
import { gunzipChunks, inOnePiece, isGzip, MAX_GZIP_RATIO } from './gzip/gzip.ts';
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
 * @throws GzipError if the data is corrupt, cut short, followed by what does not belong to it, or
 * larger than `maxBytes`.
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
  const { source = 'gzip data', maxBytes = MAX_IDX_FILE_BYTES } = options;
  textOption(source, 'decompressIfGzipped source');
  numberOption(maxBytes, { least: 0 }, 'decompressIfGzipped maxBytes');
  if (!isGzip(bytes)) return bytes;
  const reader = new ChunkReader(gunzipChunks(inOnePiece(bytes), { source }));
  // The last four bytes say how long the last member is, which most often is the only one. Where that is
  // possible, one buffer of that length is enough.
  const announced = bytes.length < 18 ? 0 : lastNumber(bytes);
  const isPossible = announced <= Math.min(maxBytes, bytes.length * MAX_GZIP_RATIO);
  try {
    const first = await reader.read(isPossible ? announced : 0, isPossible);
    const rest = await reader.read(maxBytes - first.length);
    if ((await reader.discard(0)) === 0) return rest.length === 0 ? first : joined(first, rest);
    throw new GzipError(
      `${source}: expected at most ${maxBytes} bytes after decompression; received more. Check that this is the right file.`,
    );
  } finally {
    await reader.close();
  }
}

/** The little-endian uint32 that the last four bytes are. */
function lastNumber(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
