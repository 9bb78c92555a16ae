/** Errors that a person can do something about, with the exit code for each kind. */
import { type ConvnetError, type ErrorCode, isErrorNamed, isConvnetError } from '@convnet/convnet';
import {
  EXIT_CODES,
  type ProgramError,
  systemErrorCode,
  systemErrorMeaning,
  type ExitCode,
  type SystemErrorKind,
} from '@convnet/convnet/node';

/** Kinds that are not here are the system's fault, or a defect of the command itself. */
const BY_ERROR: Partial<Readonly<Record<ErrorCode, ExitCode>>> = {
  'bad-option': EXIT_CODES.usage,
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

/** What the file system said of a file outweighs that it could not be taken for data. */
function exitCodeOf(error: ConvnetError): ExitCode | undefined {
  const meaning = error.code === 'bad-data' ? systemErrorMeaning(error) : undefined;
  return meaning ? BY_SYSTEM_ERROR[meaning.kind] : BY_ERROR[error.code];
}

/** The message and exit code of an error; `undefined` if it is not the user's to solve. */
export function explain(
  error: unknown,
): { readonly message: string; readonly exitCode: ExitCode } | undefined {
  if (isErrorNamed<ProgramError>(error, 'ProgramError')) return error;
  if (isConvnetError(error)) {
    const exitCode = exitCodeOf(error);
    if (exitCode !== undefined) return { message: withFlags(error.message), exitCode };
  }
  const meaning = systemErrorMeaning(error);
  if (meaning === undefined) return undefined;
  const { reason, remedy, kind } = meaning;
  const { path: file = 'file' } = error as { readonly path?: string };
  const advice = remedy === undefined ? '' : `. ${remedy}`;
  return {
    message: `${file}: ${reason}${advice} (${systemErrorCode(error)!}).`,
    exitCode: BY_SYSTEM_ERROR[kind],
  };
}
