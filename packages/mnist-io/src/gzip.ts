/**
 * Gzip (RFC 1952), recognised by its first two bytes and never by a file name. It is unpacked by
 * the platform's `DecompressionStream`, in pieces that are counted, so data that unpacks to far
 * more than it should (a "gzip bomb") is refused before it takes memory.
 *
 * Exactly one member is accepted, as the standard of `DecompressionStream` has it: several of them,
 * or bytes after the last, are refused on every platform, also where it would let them pass.
 */
import { ChunkReader, type Chunks } from './chunk-reader.ts';
import { GzipError } from './errors.ts';

/** Deflate never unpacks to more than 1032 times its size. */
export const MAX_GZIP_RATIO = 1032;

/** One piece of input cannot unpack to more than 16 MiB. */
const INPUT_PIECE_BYTES = 2 ** 14;

/** Whether bytes begin as gzip data does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The error for gzip data that cannot be unpacked. */
export function brokenGzip(source: string, reason: string, cause?: unknown): GzipError {
  return new GzipError(
    `${source}: expected whole gzip data; received data that is corrupt or cut short (${reason}). Get the file again.`,
    { cause },
  );
}

/**
 * Gzip data, unpacked as it comes.
 * @throws GzipError if it is not one whole gzip member and nothing else.
 */
export async function* gunzipChunks(
  chunks: Chunks,
  { source = 'gzip data' }: { readonly source?: string } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const input = new GzipInput(chunks);
  const reader = input.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        if (input.failure !== undefined) throw input.failure.error;
        throw brokenGzip(source, String(error), error);
      });
      if (done) break;
      length += value.length;
      yield value;
    }
    // The last four bytes are the length; where something follows the member they are not.
    if (input.announcedLength() !== length % 2 ** 32) {
      throw brokenGzip(source, 'more than one member, or bytes after it');
    }
  } finally {
    // Stops the decompressor; its failure is then expected.
    await reader.cancel().catch(() => undefined);
  }
}

/** Feeds a decompressor in small pieces, and remembers what came last. */
class GzipInput {
  /** The error of the source itself. */
  failure: { readonly error: unknown } | undefined;
  readonly #reader: ChunkReader;
  #tail = new Uint8Array(4);

  constructor(chunks: Chunks) {
    this.#reader = new ChunkReader(chunks);
  }

  stream(): ReadableStream<BufferSource> {
    return new ReadableStream<BufferSource>({
      pull: async (controller) => {
        try {
          const piece = await this.#reader.read(INPUT_PIECE_BYTES);
          if (piece.length === 0) {
            controller.close();
            return;
          }
          this.#tail = Uint8Array.of(...this.#tail, ...piece.subarray(-4)).slice(-4);
          controller.enqueue(piece);
        } catch (error) {
          this.failure = { error };
          throw error;
        }
      },
      cancel: () => this.#reader.close(),
    });
  }

  /** The length of the content, modulo 2^32, as the last member has it. */
  announcedLength(): number {
    return lastNumber(this.#tail);
  }
}

/** The little-endian uint32 that the last four bytes are. */
export function lastNumber(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
}

/** Bytes that are there as a stream. */
// eslint-disable-next-line @typescript-eslint/require-await -- nothing to wait for
export async function* inOnePiece(bytes: Uint8Array): Chunks {
  yield bytes;
}
