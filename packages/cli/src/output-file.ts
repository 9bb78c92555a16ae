/** Finds out before the work, not after it, whether its result can be saved. */
import { ProgramError } from '@convnet/convnet/node';
import { access, constants, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Finds out that a result could not be saved.
 * @throws ProgramError saying why.
 */
export async function checkOutput(
  file: string,
  { makesFolder = false }: { readonly makesFolder?: boolean } = {},
): Promise<void> {
  const folder = path.dirname(file);
  const refuse = (what: string, cause?: unknown): never => {
    throw new ProgramError(
      'cannotCreate',
      `--output: expected a file in a folder that can be written to; ${what}. Choose another.`,
      { cause },
    );
  };
  try {
    if (makesFolder) await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    refuse(`${folder} is none (${code})`, error);
  }
  const existing = await stat(file).catch(() => undefined);
  if (existing?.isDirectory()) refuse(`${file} is a folder itself`);
}
