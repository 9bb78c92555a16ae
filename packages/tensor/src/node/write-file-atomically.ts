/**
 * Writes a file so that, whatever happens, its path holds either the old bytes or all of the new
 * ones: to a temporary file in the same folder, synced, renamed over the path, folder synced. The
 * temporary file is called `NAME.PROCESS.RANDOM.tmp`, so that nobody can plant a link in its place; what
 * a killed process left is removed by the next.
 */
import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ConvnetError } from '../errors.ts';
import { textOption } from '../options.ts';
import { syncFolder } from './sync.ts';

/** A file that could not be written; what was there before is unchanged. */
export class FileWriteError extends ConvnetError {
  override readonly name = 'FileWriteError';
  override readonly code = 'cannot-write';
  /** The file that was to be written. */
  readonly path: string;

  /** @param cause - the file system's error, with a code such as `ENOSPC`. */
  constructor(path: string, cause: Error) {
    super(
      `${path}: could not be written: ${cause.message}. What was there before is unchanged. Make room, or choose another place.`,
      { cause },
    );
    this.path = path;
  }
}

/**
 * Replaces a file, or creates it; see the top of this file.
 * @throws FileWriteError naming the file, after the temporary one is gone.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  textOption(path, 'writeFileAtomically path');
  const temporary = `${path}.${process.pid}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    await removeAbandoned(path);
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new FileWriteError(path, error as Error);
  }
}

/** Removes temporary files for `path` whose process has ended. */
async function removeAbandoned(path: string): Promise<void> {
  const start = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(start) || !name.endsWith('.tmp')) continue;
    const pid = Number(name.slice(start.length, -'.tmp'.length).split('.')[0]);
    if (Number.isInteger(pid) && pid > 0 && !isRunning(pid)) await rm(join(dirname(path), name));
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user may not be signalled, so it exists.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
