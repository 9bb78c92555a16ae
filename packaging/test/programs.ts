/** How programs run whose output a test reads. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';
import { workspace } from './pack.ts';

/** Variables of this process, without the colours that Nx asks for, and without the network. */
export function plainEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, CONVNET_OFFLINE: '1', ...extra };
  delete env['FORCE_COLOR'];
  return env;
}

/** The folder of the examples. */
export const examples = path.join(workspace, 'examples');

/** TypeScript as the JavaScript that Node runs; a loader would take longer than most programs. */
export function javascriptOf(program: string): string {
  return transformSync(program, { loader: 'ts', format: 'esm', target: 'node20' }).code;
}

/** Runs one of the examples with `cwd` as its folder. @returns what it prints. */
export function runExample(file: string, cwd: string, env?: NodeJS.ProcessEnv): string {
  // Below the workspace, so that its packages are found.
  const scratch = path.join(workspace, 'packaging/out-tsc');
  mkdirSync(scratch, { recursive: true });
  const folder = mkdtempSync(path.join(scratch, 'example-'));
  try {
    const program = path.join(folder, 'program.mjs');
    writeFileSync(program, javascriptOf(readFileSync(path.join(examples, file), 'utf8')));
    return execFileSync(process.execPath, [program], {
      cwd,
      encoding: 'utf8',
      env: plainEnvironment(env),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
