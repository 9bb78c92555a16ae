/**
 * Ends the program on SIGTERM, SIGINT and SIGHUP, which a closed terminal sends: first in good order,
 * the second time at once.
 */
import { EXIT_CODES } from '@convnet/convnet/node';
import type { RunningServer } from './start-server.ts';

/**
 * A terminal sends Ctrl-C to a whole group of processes, and a parent among them may send its own
 * signal on top. Within this time, in milliseconds, the two are one wish.
 */
const SAME_WISH = 250;

/** The exit code that shells expect of a process ended by a signal. */
const EXIT_CODE_OF = {
  SIGINT: EXIT_CODES.interrupted,
  SIGTERM: EXIT_CODES.terminated,
  SIGHUP: EXIT_CODES.hungUp,
} as const;

/** Drains `server` on the first signal, then exits with 0. */
export function stopOnSignals(server: RunningServer, graceSeconds: number): void {
  let firstAt: number | undefined;
  const stop = (signal: keyof typeof EXIT_CODE_OF): void => {
    const now = performance.now();
    if (firstAt !== undefined) {
      if (now - firstAt > SAME_WISH) process.exit(EXIT_CODE_OF[signal]);
      return;
    }
    firstAt = now;
    const count = server.requestsInFlight;
    if (count > 0) {
      const requests = count === 1 ? '1 open request' : `${count} open requests`;
      console.log(`Stopping: ${requests}, at most ${graceSeconds} s. Signal again to stop now.`);
    }
    void server.close().then((cut) => {
      if (cut > 0) console.error(`Stopped after ${graceSeconds} s; requests cut: ${cut}.`);
      process.exit(0);
    });
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
}
