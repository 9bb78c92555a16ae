/**
 * Ends the program when nobody reads its output any more, as after `| head -5`: without a word,
 * and with the exit code that a shell gives a program killed by SIGPIPE.
 */
import type { Writable } from 'node:stream';
import { EXIT_CODES } from '@convnet/convnet/node';

/** Makes a closed pipe end the program instead of being an error nobody handles. */
export function quietWhenClosed(stream: Writable): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT_CODES.closedOutput);
    throw error;
  });
}
