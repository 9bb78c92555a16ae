/**
 * Gzip (RFC 1952), recognised by its first two bytes and never by a file name. The output is
 * counted while it streams, so data that unpacks to far more than it should (a "gzip bomb") is
 * refused before it takes memory.
 */
import { GzipError } from './errors.ts';
import { MAX_IDX_FILE_BYTES } from './idx/idx.ts';

/** Gzip shrinks at most about 1000 to 1, so one piece cannot unpack to more than 16 MiB. */
const INPUT_PIECE_BYTES = 2 ** 14;

/** Options of {@link decompressIfGzipped}. */
export interface DecompressOptions {
  /** What to call the data in messages, such as its file name. */
  readonly source?: string;
  /** Most bytes accepted after decompression; by default the largest IDX file. */
  readonly maxBytes?: number;
}

function piecesOf(bytes: Uint8Array): ReadableStream<BufferSource> {
  let position = 0;
  return new ReadableStream<BufferSource>({
    pull(controller) {
      const piece = bytes.slice(position, position + INPUT_PIECE_BYTES);
      position += piece.length;
      controller.enqueue(piece);
      if (position >= bytes.length) controller.close();
    },
  });
}

/**
 * Gzipped bytes decompressed, other bytes as they are.
 *
 * @throws GzipError if the data is corrupt, cut short, or larger than `maxBytes`.
 */
export async function decompressIfGzipped(
  bytes: Uint8Array,
  options: DecompressOptions = {},
): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const { source = 'gzip data', maxBytes = MAX_IDX_FILE_BYTES } = options;
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = piecesOf(bytes).pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > maxBytes) {
        throw new GzipError(
          `${source}: expected at most ${maxBytes} bytes after decompression; received more. Check that this is the right file.`,
        );
      }
      pieces.push(value);
    }
  } catch (error) {
    // Stops the decompressor; that it then fails is no news.
    await reader.cancel().catch(() => undefined);
    if (error instanceof GzipError) throw error;
    throw new GzipError(
      `${source}: expected whole gzip data; received data that is corrupt or cut short (${String(error)}). Get the file again.`,
      { cause: error },
    );
  }
  const whole = new Uint8Array(length);
  let position = 0;
  for (const piece of pieces) {
    whole.set(piece, position);
    position += piece.length;
  }
  return whole;
}
