/** Reads single IDX files from disk. */
import fs from 'node:fs/promises';
import { DatasetError, MissingDataError } from '../errors.ts';
import { decompressIfGzipped } from '../gzip.ts';
import { MAX_IDX_FILE_BYTES, parseIdx, type IdxArray } from '../idx/idx.ts';

/**
 * Reads an IDX file, gzipped or not.
 *
 * @throws MissingDataError if there is no such file.
 * @throws DatasetError if it is no file or too large.
 * @throws IdxFormatError or GzipError if its content is not one IDX array.
 */
export async function readIdxFile(file: string): Promise<IdxArray> {
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
  if (stat.size > MAX_IDX_FILE_BYTES) {
    throw new DatasetError(
      `${file}: expected at most ${MAX_IDX_FILE_BYTES} bytes; received ${stat.size}. Check that this is the right file.`,
    );
  }
  const bytes = await decompressIfGzipped(await fs.readFile(file), {
    source: file,
    maxBytes: MAX_IDX_FILE_BYTES,
  });
  return parseIdx(bytes, { source: file });
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
