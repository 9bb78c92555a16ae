import { readRegularFile } from '@convnet/tensor/node';

/** Bytes of the largest checkpoint or table that is read; it is held in memory as a whole. */
const LARGEST_FILE = 2 ** 31;

/** The bytes of a file; `undefined` if there is none. @throws the file system's other errors. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readRegularFile(path, LARGEST_FILE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
