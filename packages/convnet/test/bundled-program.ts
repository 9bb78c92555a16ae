/** Programs beside the tests, run in a process of their own to see what memory they take. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** Runs `program`, a file beside this one, with the arguments `args`; returns what it prints. */
export function runBundled(program: string, ...args: readonly string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'convnet-program-'));
  try {
    /** Plain JavaScript, so that no loader takes memory of the process that is measured. */
    const bundle = path.join(folder, 'program.mjs');
    buildSync({
      entryPoints: [fileURLToPath(new URL(program, import.meta.url))],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['@convnet/source'],
    });
    return execFileSync(process.execPath, [bundle, ...args], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
