/** Why the program cannot start, for its user, and the exit code that says so to scripts. */
import { EXIT_CODES, type ExitCode, type ExitCodeName } from '@convnet/convnet/node';

/** An error that is the user's to solve; the message is all they need to see. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly exitCode: ExitCode;

  constructor(code: ExitCodeName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = EXIT_CODES[code];
  }
}
