/** Why a program ends, in one sentence for its user, with the exit code that says so to scripts. */
import { ConvnetError } from '@convnet/tensor';
import { EXIT_CODES, type ExitCode, type ExitCodeName } from './exit-codes.ts';

/** An error that is the user's to solve; the message is all they need to see. */
export class ProgramError extends ConvnetError {
  override readonly name = 'ProgramError';
  override readonly code = 'refused';
  readonly exitCode: ExitCode;

  constructor(code: ExitCodeName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = EXIT_CODES[code];
  }
}
