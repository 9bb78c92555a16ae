/** Model files that cannot be read, in words. */
import { shown } from '@convnet/tensor';
import { ModelFileError } from '../files/model-file-error.ts';
import { systemErrorMeaning } from './system-errors.ts';

/** What is the matter with the file or folder; the file system's error is the cause. */
export function fileError(path: string, cause: unknown): ModelFileError {
  const { reason = 'it cannot be read', remedy = 'Check the path' } =
    systemErrorMeaning(cause) ?? {};
  return new ModelFileError(`${path.length > 1000 ? shown(path) : path}: ${reason}. ${remedy}.`, {
    cause,
  });
}
