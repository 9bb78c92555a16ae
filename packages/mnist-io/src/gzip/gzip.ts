/**
 * Gzip (RFC 1952), recognised by its first two bytes and never by a file name. A file is one member or
 * several, one after another (`cat a.gz b.gz`), whose contents follow each other; behind the last of them
 * only zeros may come, with which some tapes and tools pad. Data is unpacked in pieces as it is asked for, so
 * what unpacks to far more than it should (a "gzip bomb") is refused before it takes memory.
 */
import { crc32 } from '@convnet/tensor';
import type { Chunks } from '../chunk-reader.ts';
import { GzipError } from '../errors.ts';
import { BitInput } from './bit-input.ts';
import { inflate, InflateError } from './inflate.ts';

/** Deflate never unpacks to more than 1032 times its size. */
export const MAX_GZIP_RATIO = 1032;

/** Most zero bytes behind the last member. */
export const MAX_PADDING_BYTES = 2 ** 26;

const MAGIC = 0x8b1f;
const DEFLATE = 8;
const HAS = { headerChecksum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

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
 * @throws GzipError if it is broken, cut short or followed by what does not belong to it.
 */
export async function* gunzipChunks(
  chunks: Chunks,
  { source = 'gzip data' }: { readonly source?: string } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const input = new BitInput(chunks);
  try {
    do {
      yield* member(input);
      await input.fill();
    } while (!input.isAtEnd && input.peek(8) !== 0);
    await checkPadding(input);
  } catch (error) {
    if (error instanceof InflateError) throw brokenGzip(source, error.message, error);
    throw error;
  } finally {
    await input.close();
  }
}

/** The content of one member, whose end holds its checksum and its length. */
async function* member(input: BitInput): AsyncGenerator<Uint8Array, void, undefined> {
  await input.fill();
  await passHeader(input);
  let [crc, length] = [0, 0];
  for await (const piece of inflate(input)) {
    crc = crc32(piece, crc);
    length = (length + piece.length) % 2 ** 32;
    if (piece.length > 0) yield piece;
  }
  await input.fill();
  const expected = [uint32(input), uint32(input)];
  if (input.isCut) throw new InflateError('unexpected end');
  if (crc !== expected[0]) throw new InflateError('another checksum');
  if (length !== expected[1]) throw new InflateError('another length');
}

async function passHeader(input: BitInput): Promise<void> {
  const isMember = input.take(16) === MAGIC && input.take(8) === DEFLATE;
  const flags = input.take(8);
  if (!isMember || (flags & HAS.reserved) !== 0) throw new InflateError('incorrect header');
  // The time, and what it was packed by.
  await pass(input, 6);
  if (flags & HAS.extra) await pass(input, input.take(16));
  for (const text of [HAS.name, HAS.comment]) {
    if (flags & text) await passText(input);
  }
  if (flags & HAS.headerChecksum) await pass(input, 2);
  if (input.isCut) throw new InflateError('unexpected end');
}

async function pass(input: BitInput, bytes: number): Promise<void> {
  for (let i = 0; i < bytes; i++) {
    if (!input.isAhead) await input.fill();
    input.take(8);
  }
}

/** Passes over a text and the zero that ends it. */
async function passText(input: BitInput): Promise<void> {
  do if (!input.isAhead) await input.fill();
  while (input.take(8) !== 0 && !input.isCut);
}

const uint32 = (input: BitInput): number => input.take(16) + input.take(16) * 2 ** 16;

async function checkPadding(input: BitInput): Promise<void> {
  for (let count = 0; ; count++) {
    if (!input.isAhead) await input.fill();
    if (input.isAtEnd) return;
    if (input.take(8) !== 0) throw new InflateError('zeros and then more');
    if (count === MAX_PADDING_BYTES) throw new InflateError('zeros without end');
  }
}

/** Bytes that are there as a stream. */
// eslint-disable-next-line @typescript-eslint/require-await -- nothing to wait for
export async function* inOnePiece(bytes: Uint8Array): Chunks {
  yield bytes;
}
