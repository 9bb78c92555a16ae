/**
 * Errors that a person can do something about: {@link CommandError}s, and those that come from the
 * libraries with a class or code of their own. Everything else is a defect and exits with
 * `unexpected`.
 */
import { ModelFileError } from '@convnet/convnet';
import {
  EXIT_CODES,
  systemErrorCode,
  systemErrorMeaning,
  type ExitCode,
  type ExitCodeName,
  type SystemErrorKind,
} from '@convnet/convnet/node';
import { DataError, type DataErrorCode } from '@convnet/mnist-io';
import { ConversionOptionError } from '@convnet/mnist-io/node';

/** One clear sentence for the person at the keyboard, and the code to exit with. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(code: ExitCodeName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = EXIT_CODES[code];
  }
}

const BY_DATA_ERROR: Readonly<Record<DataErrorCode, ExitCode>> = {
  'bad-data': EXIT_CODES.badData,
  'not-found': EXIT_CODES.notFound,
  unavailable: EXIT_CODES.unavailable,
  'cannot-create': EXIT_CODES.cannotCreate,
};

const BY_SYSTEM_ERROR: Readonly<Record<SystemErrorKind, ExitCode>> = {
  missing: EXIT_CODES.notFound,
  denied: EXIT_CODES.io,
  failed: EXIT_CODES.io,
  'read-only': EXIT_CODES.cannotCreate,
};

/** The libraries put names of options in backquotes; here they are flags. */
const withFlags = (message: string): string => message.replace(/`([a-z]+)`/g, '--$1');

/** The message and exit code of an error; `undefined` if nobody can do anything about it. */
export function explain(
  error: unknown,
): { readonly message: string; readonly exitCode: ExitCode } | undefined {
  if (error instanceof CommandError) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof DataError) {
    return { message: withFlags(error.message), exitCode: BY_DATA_ERROR[error.code] };
  }
  if (error instanceof ConversionOptionError) {
    return { message: withFlags(error.message), exitCode: EXIT_CODES.usage };
  }
  if (error instanceof ModelFileError) {
    return { message: error.message, exitCode: EXIT_CODES.badData };
  }
  const meaning = systemErrorMeaning(error);
  if (meaning === undefined) return undefined;
  const { reason, remedy, kind } = meaning;
  const { path: file = 'file' } = error as NodeJS.ErrnoException;
  const advice = remedy === undefined ? '' : `. ${remedy}`;
  return {
    message: `${file}: ${reason}${advice} (${systemErrorCode(error)!}).`,
    exitCode: BY_SYSTEM_ERROR[kind],
  };
}
