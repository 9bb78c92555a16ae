/**
 * Reads a file whole, if it is one: a device such as /dev/zero has no end, a pipe may have no writer, and
 * opening one would wait for it. Sizes are looked at before anything is read.
 */
import { constants, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { ConvnetError } from '../errors.ts';

/** What is at a path is no file, or too large a one. */
export class FileReadError extends ConvnetError {
  override readonly name = 'FileReadError';
  override readonly code = 'not-found';
}

const kindOf = (stats: Stats): string => {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
};

function refuseOthers(path: string, stats: Stats): void {
  if (stats.isFile()) return;
  throw new FileReadError(`${path}: expected a file; it is ${kindOf(stats)}. Name a file.`);
}

/**
 * Makes sure that a file is one, before it is read as a stream.
 * @returns its size, in bytes.
 * @throws FileReadError if there is something else; the file system's error.
 */
export async function checkRegularFile(path: string): Promise<number> {
  const stats = await stat(path);
  refuseOthers(path, stats);
  return stats.size;
}

/**
 * The bytes of the file at `path`.
 * @param most - bytes that it may have.
 * @throws FileReadError if there is something else, or a larger file; the file system's error.
 */
export async function readRegularFile(path: string, most: number): Promise<Uint8Array> {
  // A socket cannot be opened at all.
  await checkRegularFile(path);
  // Not blocking, where there is such a thing: a pipe is opened at once.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    refuseOthers(path, stats);
    if (stats.size > most) {
      throw new FileReadError(
        `${path}: expected a file of at most ${most} bytes; it has ${stats.size}. Check that it is the right one.`,
      );
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}
