/** Whether a file can be written, found out before hours of work. */
import { randomBytes } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { FileWriteError } from '@convnet/tensor/node';

/**
 * Makes a file beside `file` and removes it.
 * @throws FileWriteError if that cannot be done, or if `file` is a folder.
 */
export async function checkWritable(file: string): Promise<void> {
  const probe = `${file}.${process.pid}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    await writeFile(probe, '', { flag: 'wx' });
    await rm(probe);
  } catch (error) {
    throw new FileWriteError(file, error as Error);
  }
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) throw new FileWriteError(file, new Error('it is a folder'));
}
