/** Why the program cannot start, for its user, and the exit code that says so to scripts. */

/** Exit codes, as `sysexits.h` numbers them. */
export const EXIT_CODES = {
  usage: 2,
  badModel: 65,
  modelNotFound: 66,
  addressUnavailable: 69,
  internal: 70,
  inputOutput: 74,
} as const;

/** An error that is the user's to solve; the message is all they need to see. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly exitCode: number;

  constructor(kind: keyof typeof EXIT_CODES, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = EXIT_CODES[kind];
  }
}

/** The code of an operating system's error, such as `ENOENT`. */
export function systemErrorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
