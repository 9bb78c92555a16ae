/**
 * Reads an IDX file as a stream, gzipped or not, without ever holding more than a batch of it: a
 * file of 10 GB takes as much memory as its batches do.
 *
 * The header is believed only as far as bytes follow it. Memory is taken as bytes arrive; at once
 * only if the size of the source allows for so much, where gzip unpacks at most 1032 to 1. What
 * comes after the last element is an error in strict reading, so that a gzip bomb ends with the
 * first byte too many.
 */
import {
  booleanOption,
  checkOptions,
  functionOption,
  numberOption,
  OptionError,
  positiveInteger,
  shown,
  StateError,
  textOption,
} from '@convnet/tensor';
import { swapToOrFromBigEndian } from '../byte-order.ts';
import { ChunkReader, chunksOf, type Chunks } from '../chunk-reader.ts';
import { IdxFormatError } from '../errors.ts';
import { gunzipChunks, isGzip, MAX_GZIP_RATIO } from '../gzip/gzip.ts';
import {
  checkFitsMemory,
  cutShort,
  parseIdxHeader,
  tooLong,
  type IdxHeader,
} from './idx-header.ts';
import {
  countElements,
  elementsOf,
  elementTypeNamed,
  MAX_IDX_BYTES,
  MAX_IDX_HEADER_BYTES,
  type IdxArray,
} from './idx-types.ts';
import type { ParseIdxOptions } from './parse-idx.ts';

/** Most bytes after the last element that are read, and ignored, where that is allowed. */
const MAX_TRAILING_BYTES = 2 ** 26;

/** How gzip is unpacked; it throws GzipError for bytes that are not gzip from first to last. */
export type Gunzip = (chunks: Chunks, options: { readonly source: string }) => Chunks;

/** Options of {@link openIdxStream}. */
export interface OpenIdxStreamOptions extends ParseIdxOptions {
  /** Number of bytes of the source as it comes, where known: a file's size. */
  readonly sourceBytes?: number | undefined;
  /** By default one that runs on every platform. */
  readonly gunzip?: Gunzip | undefined;
}

/** An IDX file whose header has been read. Its elements can be read once. */
export interface IdxStream {
  readonly header: IdxHeader;
  /**
   * The elements in order, `size` entries of the outermost axis at a time and fewer in the last
   * batch: arrays `[size, …]` of the caller's own. Rows without elements come as a single batch.
   * Closes the stream at the end, after an error, and when the loop is left.
   *
   * @throws OptionError for a size that is none.
   * @throws IdxFormatError or GzipError if the file turns out to be broken.
   */
  batches(options: { readonly size: number }): AsyncGenerator<IdxArray, void, undefined>;
  /**
   * The whole array, of at most 1 GiB. Closes the stream.
   * @throws IdxFormatError or GzipError if the file turns out to be broken.
   */
  readAll(): Promise<IdxArray>;
  /** Closes the stream without reading it; harmless if it is closed already. */
  close(): Promise<void>;
}

/** @throws OptionError for what is no stream of bytes. */
function checkChunks(chunks: unknown): void {
  const kind = Object(chunks) as Partial<ReadableStream & AsyncIterable<unknown>>;
  if (typeof kind.getReader === 'function' || typeof kind[Symbol.asyncIterator] === 'function') {
    return;
  }
  throw new OptionError(
    `openIdxStream: expected a ReadableStream, or chunks of bytes; received ${shown(chunks)}.`,
  );
}

/**
 * Opens an IDX file that comes in pieces: a response's body, a file's stream, any async iterable
 * of bytes. Gzip is recognised by its content.
 *
 * @throws IdxFormatError or GzipError if it does not begin as an IDX file does.
 * @example
 * ```ts
 * const stream = await openIdxStream(response.body, { source: 'train-images' });
 * for await (const { shape, data } of stream.batches({ size: 64 })) console.log(shape); // [64, 28, 28]
 * ```
 */
export async function openIdxStream(
  chunks: Chunks | ReadableStream<Uint8Array>,
  options: OpenIdxStreamOptions = {},
): Promise<IdxStream> {
  checkOptions(options, 'source strict sourceBytes gunzip', 'openIdxStream');
  checkChunks(chunks);
  const { source = 'IDX data', strict = true, sourceBytes, gunzip = gunzipChunks } = options;
  textOption(source, 'openIdxStream source');
  booleanOption(strict, 'openIdxStream strict');
  functionOption(gunzip, 'openIdxStream gunzip');
  if (sourceBytes !== undefined) {
    numberOption(sourceBytes, { least: 0 }, 'openIdxStream sourceBytes');
  }
  const raw = new ChunkReader('getReader' in chunks ? chunksOf(chunks) : chunks);
  let reader = raw;
  try {
    let most = sourceBytes;
    const opening = await raw.read(2);
    let head = opening;
    if (isGzip(opening)) {
      reader = new ChunkReader(gunzip(following(opening, raw), { source }));
      most = sourceBytes && sourceBytes * MAX_GZIP_RATIO;
      head = await reader.read(4);
    } else {
      head = joined(opening, await raw.read(2));
    }
    // How long the header is, its fourth byte says.
    const axes = Math.min(head[3] ?? 0, (MAX_IDX_HEADER_BYTES - 4) / 4);
    // Enough of what is no IDX file to tell what it is instead.
    const isIdx = head[0] === 0 && head[1] === 0;
    head = joined(head, await reader.read(isIdx ? 4 * axes : 60));
    const header = parseIdxHeader(head, source);
    checkSourceSize(header, most, { source, strict, isGzipped: isGzip(opening) });
    return new OpenIdxStream(header, reader, { source, strict, isBounded: most !== undefined });
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** Holds the header against the most bytes that can come, before any memory is taken. */
function checkSourceSize(
  header: IdxHeader,
  most: number | undefined,
  reading: { readonly source: string; readonly strict: boolean; readonly isGzipped: boolean },
): void {
  if (most === undefined) return;
  const { source, strict, isGzipped } = reading;
  const available = most - header.headerBytes;
  if (available < header.dataBytes) {
    throw cutShort(header, `${isGzipped ? 'at most ' : ''}${available}`, source);
  }
  if (strict && !isGzipped && available > header.dataBytes) {
    throw tooLong(header, `${available - header.dataBytes} more`, source);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

async function* following(opening: Uint8Array, reader: ChunkReader): Chunks {
  yield opening;
  yield* reader.rest();
}

interface Reading {
  readonly source: string;
  readonly strict: boolean;
  /** Whether the header was held against the size of the source. */
  readonly isBounded: boolean;
}

class OpenIdxStream implements IdxStream {
  readonly header: IdxHeader;
  readonly #reader: ChunkReader;
  readonly #reading: Reading;
  #receivedBytes = 0;
  #isRead = false;

  constructor(header: IdxHeader, reader: ChunkReader, reading: Reading) {
    this.header = header;
    this.#reader = reader;
    this.#reading = reading;
  }

  async *batches(options: { readonly size: number }): AsyncGenerator<IdxArray, void, undefined> {
    checkOptions(options, 'size', 'batches');
    const size = positiveInteger(options.size, 'batches size');
    this.#begin();
    const { source } = this.#reading;
    const [rows = 0, ...rest] = this.header.shape;
    const type = elementTypeNamed(this.header.type);
    const rowBytes = countElements(rest) * type.array.BYTES_PER_ELEMENT;
    try {
      // Without elements, four thousand million rows are still there in an instant.
      const step = rowBytes === 0 ? rows : Math.min(size, rows);
      if (step * rowBytes > MAX_IDX_BYTES) {
        throw new IdxFormatError(
          `${source}: expected batches of at most ${MAX_IDX_BYTES} bytes; ${step} times ${rowBytes} bytes are more. Ask for smaller batches, or check the file's header.`,
        );
      }
      for (let row = 0; row < rows; row += step) {
        const count = Math.min(step, rows - row);
        const data = await this.#elements(count * rowBytes);
        // Before the last batch is out, the file is known to end where it should.
        if (row + count === rows) await this.#end();
        yield { shape: [count, ...rest], data };
      }
      if (rows === 0) await this.#end();
    } finally {
      await this.close();
    }
  }

  async readAll(): Promise<IdxArray> {
    this.#begin();
    try {
      checkFitsMemory(this.header, this.#reading.source);
      const data = await this.#elements(this.header.dataBytes);
      await this.#end();
      return { shape: this.header.shape, data };
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    this.#isRead = true;
    await this.#reader.close();
  }

  #begin(): void {
    if (this.#isRead) {
      throw new StateError(
        `${this.#reading.source}: expected a stream that was not read before. Open it again.`,
      );
    }
    this.#isRead = true;
  }

  async #elements(byteCount: number): Promise<IdxArray['data']> {
    const { source, isBounded } = this.#reading;
    const bytes = await this.#reader.read(byteCount, isBounded);
    this.#receivedBytes += bytes.length;
    if (bytes.length < byteCount) {
      throw cutShort(this.header, String(this.#receivedBytes), source);
    }
    const type = elementTypeNamed(this.header.type);
    swapToOrFromBigEndian(bytes, type.array.BYTES_PER_ELEMENT);
    return elementsOf(type, bytes);
  }

  /** Reads to the end of the source, where gzip has its checksum. */
  async #end(): Promise<void> {
    const { source, strict } = this.#reading;
    const surplus = await this.#reader.discard(strict ? 0 : MAX_TRAILING_BYTES);
    if (surplus > (strict ? 0 : MAX_TRAILING_BYTES)) {
      throw tooLong(this.header, strict ? 'more' : `more than ${MAX_TRAILING_BYTES} more`, source);
    }
  }
}
