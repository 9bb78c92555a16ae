/**
 * Exit codes, after sysexits.h, so that scripts can tell what went wrong. Errors that people can
 * do something about are {@link CommandError}s or come from the libraries with a class or code of
 * their own; everything else is a defect and exits with `unexpected`.
 */
import { ModelFileError } from '@convnet/convnet';
import { DataError } from '@convnet/mnist-io';
import { ConversionOptionError } from '@convnet/mnist-io/node';

/** What each code means is the table in the package's README. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  /** `evaluate --min-accuracy` was not reached. */
  gateFailed: 1,
  usage: 2,
  badData: 65,
  notFound: 66,
  unavailable: 69,
  diverged: 70,
  cannotCreate: 73,
  io: 74,
  interrupted: 130,
  closedOutput: 141,
  terminated: 143,
} as const;

/** Any of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** One clear sentence for the person at the keyboard, and the code to exit with. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

const byDataErrorCode = {
  'bad-data': exitCodes.badData,
  'not-found': exitCodes.notFound,
  unavailable: exitCodes.unavailable,
  'cannot-create': exitCodes.cannotCreate,
} as const;

/** What the file system's codes mean to a person, and the code to exit with. */
const fileSystemErrors = new Map<unknown, readonly [meaning: string, exitCode: ExitCode]>([
  ['ENOENT', ['there is no such file. Check the path', exitCodes.notFound]],
  ['EISDIR', ['it is a folder. Name a file', exitCodes.notFound]],
  ['ENOTDIR', ['part of its path is not a folder. Check the path', exitCodes.notFound]],
  ['EACCES', ['access is not allowed. Check its permissions', exitCodes.io]],
  ['EIO', ['the device failed', exitCodes.io]],
  ['ENOSPC', ['the disk is full. Make room', exitCodes.io]],
  ['EROFS', ['the file system is read-only. Choose another folder', exitCodes.cannotCreate]],
]);

/** The libraries put names of options in backquotes; here they are flags. */
const withFlags = (message: string): string => message.replace(/`([a-z]+)`/g, '--$1');

/** What to tell about an error, or `undefined` if it is none that people can do something about. */
export function explain(
  error: unknown,
): { readonly message: string; readonly exitCode: ExitCode } | undefined {
  if (error instanceof CommandError) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof DataError) {
    return { message: withFlags(error.message), exitCode: byDataErrorCode[error.code] };
  }
  if (error instanceof ConversionOptionError) {
    return { message: withFlags(error.message), exitCode: exitCodes.usage };
  }
  if (error instanceof ModelFileError) {
    return { message: error.message, exitCode: exitCodes.badData };
  }
  if (!(error instanceof Error)) return undefined;
  const { code, path: file } = error as NodeJS.ErrnoException;
  const known = fileSystemErrors.get(code);
  return known && { message: `${file ?? 'file'}: ${known[0]} (${code!}).`, exitCode: known[1] };
}
