/**
 * IDX files on disk, gzipped or not: whole, or as a stream that holds no more than a batch. Pixels
 * are unpacked straight into one array, and the file is hashed on the way, so that reading MNIST's
 * training images and making sure that they are MNIST's takes a single pass.
 */
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import { checkOptions, objectOption, textOption } from '@convnet/tensor';
import type { FileIdentity } from '../../catalogue/dataset-entry.ts';
import type { Chunks } from '../../chunk-reader.ts';
import { DatasetError, MissingDataError } from '../../errors.ts';
import { openIdxStream, type IdxStream } from '../../idx/idx-stream.ts';
import { MAX_IDX_FILE_BYTES, type IdxArray } from '../../idx/idx-types.ts';
import { IdentityCheck } from '../download/file-identity.ts';
import { gunzipByZlib } from './gunzip.ts';

/** Each piece waits in memory until it is collected. */
const PIECE_BYTES = 2 ** 16;

/** Options of {@link openIdxFile}. */
export interface OpenIdxFileOptions {
  /** Whether bytes after the last element are an error; true by default. */
  readonly strict?: boolean | undefined;
}

/** Options of {@link readIdxFile}. */
export interface ReadIdxFileOptions extends OpenIdxFileOptions {
  /** Size and hashes of the stored file, as far as they are known. */
  readonly identity?: FileIdentity | undefined;
}

/**
 * Opens an IDX file, gzipped or not, to be read batch by batch; of any size.
 *
 * @throws MissingDataError if there is no such file.
 * @throws DatasetError if it is not a file.
 * @throws IdxFormatError or GzipError if it does not begin as an IDX file does, or is a plain one
 * of another length than its header says.
 * @example
 * ```ts
 * const stream = await openIdxFile('train-images-idx3-ubyte.gz');
 * for await (const { data } of stream.batches({ size: 1000 })) console.log(data.length);
 * ```
 */
export async function openIdxFile(
  file: string,
  options: OpenIdxFileOptions = {},
): Promise<IdxStream> {
  checkOptions(options, 'strict', 'openIdxFile');
  const { strict } = options;
  return open(file, await fileSize(file), strict, (chunks) => chunks);
}

/**
 * Reads an IDX file, gzipped or not.
 *
 * @throws MissingDataError if there is no such file.
 * @throws DatasetError if it is not a file, is too large, or not the file that `identity` says.
 * @throws IdxFormatError or GzipError if its content is not one IDX array, of at most 1 GiB.
 * @example
 * ```ts
 * const { shape, data } = await readIdxFile('t10k-images-idx3-ubyte.gz'); // [10000, 28, 28]
 * ```
 */
export async function readIdxFile(
  file: string,
  options: ReadIdxFileOptions = {},
): Promise<IdxArray> {
  checkOptions(options, 'strict identity', 'readIdxFile');
  const { strict, identity } = options;
  if (identity !== undefined) objectOption(identity, 'readIdxFile identity');
  const size = await fileSize(file);
  if (size > MAX_IDX_FILE_BYTES) {
    throw new DatasetError(
      `${file}: expected at most ${MAX_IDX_FILE_BYTES} bytes; received ${size}. Check that this is the right file.`,
    );
  }
  if (identity === undefined) {
    return (await open(file, size, strict, (chunks) => chunks)).readAll();
  }
  const { bytes: expected = size } = identity;
  if (size !== expected) {
    throw otherFile(file, `expected ${expected} bytes; received ${size}`);
  }
  const check = new IdentityCheck(identity);
  const stream = await open(file, size, strict, async function* (chunks) {
    for await (const chunk of chunks) {
      check.update(chunk);
      yield chunk;
    }
  });
  const array = await stream.readAll();
  const mismatch = check.finish();
  if (mismatch !== undefined) throw otherFile(file, mismatch);
  return array;
}

function otherFile(file: string, mismatch: string): DatasetError {
  return new DatasetError(`${file}: ${mismatch}, so this is not the published file. Get it again.`);
}

function open(
  file: string,
  size: number,
  strict: boolean | undefined,
  watch: (chunks: Chunks) => Chunks,
): Promise<IdxStream> {
  const chunks = createReadStream(file, { highWaterMark: PIECE_BYTES });
  return openIdxStream(watch(chunks as AsyncIterable<Uint8Array>), {
    source: file,
    strict,
    sourceBytes: size,
    gunzip: gunzipByZlib,
  });
}

async function fileSize(file: string): Promise<number> {
  textOption(file, 'IDX file');
  const stat = await fs.stat(file).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
    throw new MissingDataError(
      `${file}: expected an IDX file; received nothing, there is no such file. Check the path.`,
      { cause: error },
    );
  });
  if (!stat.isFile()) {
    throw new DatasetError(
      `${file}: expected an IDX file; received a folder or device. Check the path.`,
    );
  }
  return stat.size;
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
