/** Programs beside the tests, run in processes of their own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll } from 'vitest';

const folder = mkdtempSync(path.join(tmpdir(), 'convnet-programs-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const bundles = new Map<string, string>();

/**
 * `program`, a file beside this one, as plain JavaScript in one file: it starts at once, and no loader
 * takes memory of its process. It is made once for a file of tests.
 * @returns its path.
 */
export function bundled(program: string): string {
  const made = bundles.get(program);
  if (made !== undefined) return made;
  const bundle = path.join(folder, `${bundles.size}.mjs`);
  buildSync({
    entryPoints: [fileURLToPath(new URL(program, import.meta.url))],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@convnet/source'],
  });
  bundles.set(program, bundle);
  return bundle;
}

/** Runs `program` with the arguments `args`; returns what it prints. */
export function runBundled(program: string, ...args: readonly string[]): string {
  return execFileSync(process.execPath, [bundled(program), ...args], { encoding: 'utf8' });
}
