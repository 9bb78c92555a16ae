/**
 * Writes IDX files, whole or batch by batch. What is not finished is called `NAME.*.part`; the
 * name itself goes, all at once, to a file that is whole and on disk, and until then to what was
 * there before.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { checkOptions, choiceOption, shown, textOption } from '@convnet/tensor';
import { syncFolder } from '@convnet/tensor/node';
import { arrayOption } from '../dataset-checks.ts';
import { IdxFormatError } from '../../errors.ts';
import { bigEndian } from '../../idx/encode-idx.ts';
import { encodeIdxHeader, formatSizes, isIdxShape } from '../../idx/idx-header.ts';
import {
  checkArray,
  countElements,
  ELEMENT_TYPES,
  idxTypeName,
  MAX_IDX_AXES,
  type IdxArray,
  type IdxTypeName,
} from '../../idx/idx-types.ts';

/** Options of {@link writeIdxFile}. */
export interface WriteIdxFileOptions {
  /** Whether to gzip the file; by default where its name ends in `.gz`. */
  readonly gzip?: boolean | undefined;
  /** Ends writing, which then rejects with the signal's reason; nothing is left of the file. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link createIdxFile}. */
export interface CreateIdxFileOptions extends WriteIdxFileOptions {
  readonly type: IdxTypeName;
  /** Sizes of all axes but the outermost, which grows: `[28, 28]` for images, `[]` for labels. */
  readonly entryShape: readonly number[];
}

/** An IDX file that is being written. Ends with `finish` or `discard`. */
export interface IdxFileWriter {
  /** Number of entries so far. */
  readonly count: number;
  /**
   * Appends a batch: an array `[n, …entryShape]`.
   * @throws IdxFormatError if it is none, or has another type or other sizes; the file stays as it was.
   */
  append(batch: IdxArray): Promise<void>;
  /** Completes the file, makes sure that it is on disk, and gives it its name. */
  finish(): Promise<void>;
  /** Removes what was written; harmless after the end. */
  discard(): Promise<void>;
}

/**
 * Begins an IDX file of a length that need not be known. Takes no more memory than a batch, and on
 * disk, while a gzipped file is finished, room for the plain one too.
 *
 * @throws IdxFormatError if IDX has no such shape.
 * @throws the file system's error.
 * @example
 * ```ts
 * const writer = await createIdxFile('labels-idx1-ubyte.gz', { type: 'uint8', entryShape: [] });
 * await writer.append({ shape: [2], data: Uint8Array.of(7, 9) });
 * await writer.finish();
 * ```
 */
export async function createIdxFile(
  file: string,
  options: CreateIdxFileOptions,
): Promise<IdxFileWriter> {
  textOption(file, 'createIdxFile');
  checkOptions(options, 'type entryShape gzip signal', 'createIdxFile');
  const { type, entryShape, gzip = file.endsWith('.gz'), signal } = options;
  choiceOption(
    type,
    ELEMENT_TYPES.map(({ name }) => name),
    'createIdxFile type',
  );
  arrayOption(entryShape, 'createIdxFile entryShape');
  if (entryShape.length >= MAX_IDX_AXES || !isIdxShape([0, ...entryShape])) {
    throw new IdxFormatError(
      `${file}: expected entries of at most ${MAX_IDX_AXES - 1} axes, of sizes from 0 to 4294967295; received ${shown(entryShape)}.`,
    );
  }
  const part = `${file}.${randomUUID().slice(0, 8)}.part`;
  const handle = await fs.open(part, 'wx');
  const writer = new PartWriter(file, part, handle, { type, entryShape, gzip, signal });
  try {
    await handle.writeFile(encodeIdxHeader(type, [0, ...entryShape]));
  } catch (error) {
    await writer.discard();
    throw error;
  }
  return writer;
}

/**
 * Writes an array as an IDX file; replaces what has the name only when all is written.
 *
 * @throws IdxFormatError if the shape is not one of IDX or does not fit the number of elements.
 * @throws the file system's error.
 * @example
 * ```ts
 * await writeIdxFile('labels-idx1-ubyte.gz', { shape: [2], data: Uint8Array.of(7, 9) });
 * ```
 */
export async function writeIdxFile(
  file: string,
  array: IdxArray,
  options: WriteIdxFileOptions = {},
): Promise<void> {
  checkOptions(options, 'gzip signal', 'writeIdxFile');
  checkArray(array, 'writeIdxFile');
  const { gzip, signal } = options;
  const entryShape = array.shape.slice(1);
  const type = idxTypeName(array.data);
  const writer = await createIdxFile(file, { type, entryShape, gzip, signal });
  try {
    await writer.append(array);
    await writer.finish();
  } finally {
    await writer.discard();
  }
}

class PartWriter implements IdxFileWriter {
  readonly #file: string;
  readonly #part: string;
  readonly #handle: fs.FileHandle;
  readonly #options: Required<CreateIdxFileOptions>;
  #count = 0;

  constructor(
    file: string,
    part: string,
    handle: fs.FileHandle,
    options: Required<CreateIdxFileOptions>,
  ) {
    this.#file = file;
    this.#part = part;
    this.#handle = handle;
    this.#options = options;
  }

  get count(): number {
    return this.#count;
  }

  async append(batch: IdxArray): Promise<void> {
    checkArray(batch, this.#file);
    const { shape, data } = batch;
    const { type, entryShape } = this.#options;
    const [count = -1, ...rest] = shape;
    const fits =
      idxTypeName(data) === type &&
      rest.join() === entryShape.join() &&
      isIdxShape([this.#count + count, ...rest]) &&
      isIdxShape(shape) &&
      countElements(shape) === data.length;
    if (!fits) {
      throw new IdxFormatError(
        `${this.#file}: expected batches of ${type} [n${entryShape.map((size) => `, ${size}`).join('')}]; received ${data.length} elements of ${idxTypeName(data)} ${formatSizes(shape)}.`,
      );
    }
    await this.#handle.writeFile(bigEndian(data));
    this.#count += count;
  }

  async finish(): Promise<void> {
    const { type, entryShape, gzip } = this.#options;
    try {
      const header = encodeIdxHeader(type, [this.#count, ...entryShape]);
      await this.#handle.write(header, 0, header.length, 0);
      await this.#handle.sync();
      await this.#handle.close();
      if (gzip === true) await this.#replaceByGzipped();
      await fs.rename(this.#part, this.#file);
      await syncFolder(path.dirname(this.#file));
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  async discard(): Promise<void> {
    await this.#handle.close();
    await fs.rm(this.#part, { force: true });
  }

  /** The count stands in the first bytes: only what is complete can be gzipped. */
  async #replaceByGzipped(): Promise<void> {
    const { signal } = this.#options;
    const gzipped = `${this.#part.slice(0, -'.part'.length)}.gz.part`;
    try {
      await pipeline(
        createReadStream(this.#part),
        createGzip(),
        createWriteStream(gzipped, { flags: 'wx', flush: true }),
        signal ? { signal } : {},
      );
      await fs.rename(gzipped, this.#part);
    } catch (error) {
      await fs.rm(gzipped, { force: true });
      throw error;
    }
  }
}
