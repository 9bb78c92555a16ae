/** Runs the real executable, as a person would, and collects what it prints; `built-program.shared.ts` makes it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import type {} from '../../../built-program.shared.ts';

/** The workspace root, where commands run. */
export const workspaceRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** What a finished process left behind. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Variables that would change what a command does, taken out. */
export function cleanEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(NX_|CONVNET_|XDG_|FORCE_COLOR|NO_COLOR|COLOR$|VITEST|NODE_OPTIONS|CI$)/.test(name) &&
      !/_PROXY$/i.test(name),
  );
  return { ...Object.fromEntries(kept), CONVNET_OFFLINE: '1', ...extra };
}

/** Collects output until the process ends. */
export async function finished(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  return { code, stdout, stderr };
}

/** Starts `convnet` with arguments. */
export function startCli(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const options = { cwd: workspaceRoot, env: cleanEnvironment(env) };
  return spawn(process.execPath, [inject('program'), ...args], options);
}

/** Runs `convnet` to its end. */
export function runCli(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const child = startCli(args, env);
  child.stdin?.end();
  return finished(child);
}
