/** Makes files, and the names that they have in a folder, last through a power failure. */
import { open } from 'node:fs/promises';

/**
 * Waits until the bytes of a file are on disk.
 * @throws the file system's error.
 */
export async function syncFile(file: string): Promise<void> {
  // Windows syncs only what may be written to.
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The answers of systems, and of file systems, that cannot sync a folder. */
const CANNOT_SYNC = new Set<unknown>(['EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR']);

/**
 * Waits until the names in a folder are on disk: what was created, renamed or removed there. Where
 * folders cannot be opened or synced, as on Windows, there is nothing to do.
 * @throws the file system's error if syncing fails.
 */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync();
  } catch (error) {
    if (!CANNOT_SYNC.has((error as NodeJS.ErrnoException).code)) throw error;
  } finally {
    await handle?.close();
  }
}
