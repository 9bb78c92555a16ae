/** How programs run whose output a test reads. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { workspace } from './pack.ts';

/** Variables of this process, without the colours that Nx asks for, and without the network. */
export function plainEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, CONVNET_OFFLINE: '1', ...extra };
  delete env['FORCE_COLOR'];
  return env;
}

/** The folder of the examples. */
export const examples = path.join(workspace, 'examples');

/** Lets Node run TypeScript, from whatever folder. */
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Runs one of the examples with `cwd` as its folder. @returns what it prints. */
export function runExample(file: string, cwd: string, env?: NodeJS.ProcessEnv): string {
  return execFileSync(process.execPath, ['--import', tsx, path.join(examples, file)], {
    cwd,
    encoding: 'utf8',
    env: plainEnvironment(env),
  });
}
