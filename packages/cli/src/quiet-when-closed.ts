/**
 * Ends the program when the reader of its output closes it, as `| head -5` does: without a word,
 * and with the exit code that a shell gives a program killed by SIGPIPE.
 */
import type { Writable } from 'node:stream';
import { EXIT_CODES } from '@convnet/convnet/node';

/** Makes a closed pipe end the program instead of being an unhandled error. */
export function quietWhenClosed(stream: Writable): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT_CODES.closedOutput);
    throw error;
  });
}
