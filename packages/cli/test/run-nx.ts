/** Runs targets of this workspace through the real `nx run`. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createProgram } from '../src/program.ts';
import { cleanEnvironment, finished, workspaceRoot, type Finished } from './run-cli.ts';

/** Runs `nx run` with arguments; what it and the command keep is in `folder`. */
export function runNx(folder: string, ...args: readonly string[]): Promise<Finished> {
  const env = cleanEnvironment({
    NX_DAEMON: 'false',
    // Its own, so that it does not wait for the locks of an Nx that runs these tests.
    NX_WORKSPACE_DATA_DIRECTORY: path.join(folder, 'nx'),
    XDG_STATE_HOME: folder,
  });
  const nxBin = path.join(workspaceRoot, 'node_modules', '.bin', 'nx');
  return finished(
    spawn(nxBin, ['run', ...args], { cwd: workspaceRoot, env, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
}

/** Flags of a command as the help documents them, without those that print and stop. */
export function documentedFlags(command: string): string[] {
  const program = createProgram(new AbortController().signal);
  const options = program.commands.find((candidate) => candidate.name() === command)!.options;
  return options.map(({ long }) => long!).sort();
}
