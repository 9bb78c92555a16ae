/**
 * Finds the real MNIST files for tests that need them: in the folder that `CONVNET_DATA_DIR`
 * names, absolute or relative to the workspace. Without it those tests are skipped, which is said
 * once; under continuous integration they must run.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

const workspace = path.resolve(import.meta.dirname, '../../..');
const named = process.env['CONVNET_DATA_DIR'];

function find(): string | undefined {
  const folder = named === undefined ? undefined : path.resolve(workspace, named);
  if (folder !== undefined && existsSync(folder)) return folder;
  const reason =
    folder === undefined ? 'CONVNET_DATA_DIR is not set' : `there is no folder ${folder}`;
  if (process.env['CI'] === 'true') {
    throw new Error(`Tests with real MNIST must run here, but ${reason}.`);
  }
  console.warn(`Tests with real MNIST are skipped: ${reason}.`);
  return undefined;
}

/** The folder of the real files, or `undefined` where they are missing. */
export const realMnistFolder: string | undefined = find();
