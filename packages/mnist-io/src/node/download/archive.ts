/**
 * Takes single files out of a zip archive, read in pieces from disk, each checked by its CRC-32
 * and kept below a limit before it is written.
 */
import { isErrorNamed } from '@convnet/tensor';
import fs from 'node:fs/promises';
import path from 'node:path';
import {
  configure,
  Reader,
  ZipReader,
  type FileEntry,
} from '@zip.js/zip.js/lib/zip-core-custom.js';
import { DatasetError } from '../../errors.ts';
import { MAX_IDX_FILE_BYTES } from '../../idx/idx-types.ts';
import { sha256Of } from './file-identity.ts';
import { PartFile } from './part-file.ts';

// Threads of its own would have to be found beside this file, wherever it was bundled to.
configure({ useWebWorkers: false });

/** Reads a file where the archive's directory says. */
class FileReader extends Reader<fs.FileHandle> {
  readonly #handle: fs.FileHandle;

  constructor(handle: fs.FileHandle) {
    super(handle);
    this.#handle = handle;
  }

  override async init(): Promise<void> {
    await super.init?.();
    this.size = (await this.#handle.stat()).size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await this.#handle.read(bytes, 0, length, index);
    return bytes.subarray(0, bytesRead);
  }
}

/**
 * Writes the named files of an archive into a folder, whatever folders they lie in there.
 *
 * @returns SHA-256 of each file by its name.
 * @throws DatasetError if the archive is broken, lacks a file or has one that is too large; files
 * that were written before stay.
 */
export async function extractFiles(
  archive: string,
  names: readonly string[],
  folder: string,
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const handle = await fs.open(archive, 'r');
  const sums = new Map<string, string>();
  try {
    const zip = new ZipReader(new FileReader(handle), { checkSignature: true });
    const entries = await zip.getEntries();
    for (const name of names) {
      const entry = entries.find(
        (candidate) => !candidate.directory && path.posix.basename(candidate.filename) === name,
      );
      if (entry === undefined || entry.directory) {
        throw new DatasetError(
          `${archive}: expected a file ${name} within; received an archive of ${entries.length} others. Check that this is the right archive.`,
        );
      }
      sums.set(name, await extract(entry, path.join(folder, name), archive, signal));
    }
    await zip.close();
  } catch (error) {
    signal?.throwIfAborted();
    if (
      isErrorNamed<DatasetError>(error, 'DatasetError') ||
      (error instanceof Error && 'code' in error)
    )
      throw error;
    throw new DatasetError(
      `${archive}: expected a whole zip archive; received one that cannot be read (${String(error)}). Delete it and download it again.`,
      { cause: error },
    );
  } finally {
    await handle.close();
  }
  return sums;
}

async function extract(
  entry: FileEntry,
  file: string,
  archive: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (entry.uncompressedSize > MAX_IDX_FILE_BYTES) {
    throw new DatasetError(
      `${archive}: expected files of at most ${MAX_IDX_FILE_BYTES} bytes; received ${entry.filename} of ${entry.uncompressedSize}. Check that this is the right archive.`,
    );
  }
  const part = new PartFile(file);
  try {
    const handle = await part.open(0, undefined);
    try {
      const sink = new WritableStream<Uint8Array>({
        write: async (piece) => {
          await handle.appendFile(piece);
        },
      });
      await entry.getData(sink, signal ? { signal } : {});
    } finally {
      await handle.close();
    }
    const sum = await sha256Of(part.path);
    await part.accept();
    return sum;
  } catch (error) {
    await part.remove();
    throw error;
  }
}
