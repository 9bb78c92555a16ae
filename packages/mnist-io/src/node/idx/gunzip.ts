/**
 * Gzip in Node, by zlib: several times as fast as `DecompressionStream`, with a checksum of every
 * member. A file may be several members one after another, as RFC 1952 says (`cat a.gz b.gz`);
 * their contents then follow each other. After the last of them nothing may come, or, if not
 * strict, zero bytes, with which some tapes and tools pad. Anything else is taken for a broken
 * member.
 */
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Chunks } from '../../chunk-reader.ts';
import { brokenGzip } from '../../gzip.ts';

/** Larger pieces are not faster, and leave more to collect. */
const PIECE_BYTES = 2 ** 16;

/**
 * Gzip data, unpacked as it comes.
 * @throws GzipError if it is broken, cut short or followed by what does not belong to it.
 */
export async function* gunzipByZlib(
  chunks: Chunks,
  { source, strict }: { readonly source: string; readonly strict: boolean },
): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  let receivedBytes = 0;
  let sourceFailure: { readonly error: unknown } | undefined;
  async function* counted(): Chunks {
    try {
      for await (const chunk of chunks) {
        receivedBytes += chunk.length;
        yield chunk;
      }
    } catch (error) {
      sourceFailure = { error };
      throw error;
    }
  }
  // Errors arrive where the pieces are read.
  pipeline(counted(), gunzip, () => undefined);
  try {
    for await (const piece of gunzip as AsyncIterable<Uint8Array>) yield piece;
  } catch (error) {
    if (sourceFailure !== undefined) throw sourceFailure.error;
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_') !== true) throw error;
    throw brokenGzip(source, (error as Error).message, error);
  } finally {
    gunzip.destroy();
  }
  const surplus = receivedBytes - gunzip.bytesWritten;
  if (strict && surplus > 0) {
    throw brokenGzip(source, `the last of its members is followed by ${surplus} bytes or more`);
  }
}
