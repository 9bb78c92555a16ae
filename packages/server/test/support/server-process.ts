/** The real program in a process of its own; `built-program.shared.ts` makes it. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { inject } from 'vitest';
import type {} from '../../../../built-program.shared.ts';

const PACKAGE = path.resolve(import.meta.dirname, '../..');

/** Keeps models that the developer trained out of the tests. */
const NO_TRAINED_MODELS = { XDG_STATE_HOME: path.join(PACKAGE, 'no-such-folder') };

/** After this time, in milliseconds, a process that a failed test left behind is ended. */
const LONGEST_LIFE = 600_000;

/** A process with what it printed so far. */
export interface ServerProcess {
  readonly output: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves with the address once the server listens; rejects with the output if it ends. */
  readonly url: Promise<string>;
  /** Resolves with the exit code, `null` if a signal ended the process. */
  readonly exit: Promise<number | null>;
}

/**
 * Starts the program.
 * @param env - variables in place of those of this process that begin with `CONVNET_` or `XDG_`.
 * @param prefix - command that starts it, such as one that does so on another machine.
 */
export function runServer(
  args: readonly string[],
  env: Record<string, string> = {},
  prefix: readonly string[] = [],
): ServerProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(CONVNET|XDG)_/.test(name));
  const [command, ...rest] = [...prefix, process.execPath, inject('program'), ...args];
  const child = spawn(command!, rest, {
    cwd: PACKAGE,
    env: { ...Object.fromEntries(inherited), ...NO_TRAINED_MODELS, ...env },
    timeout: LONGEST_LIFE,
    killSignal: 'SIGKILL',
  });
  let output = '';
  const exit = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  const url = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /Draw digits at (\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exit.then(() => {
      reject(new Error(output));
    });
  });
  url.catch(() => undefined); // Whoever waits for the exit need not wait for the address.
  return {
    output: () => output,
    kill: (signal) => child.kill(signal),
    url,
    exit,
  };
}
