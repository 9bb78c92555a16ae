/** How much memory a process takes that makes many networks, one after the other, as a sweep does. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** Most bytes that a process took for `count` networks, without ever letting its event loop turn. */
export function memoryOfDropping(count: number): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'convnet-dropped-'));
  try {
    const program = path.join(folder, 'dropping.mjs');
    buildSync({
      entryPoints: [fileURLToPath(new URL('dropping.ts', import.meta.url))],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['@convnet/source'],
    });
    return Number(execFileSync(process.execPath, [program, String(count)], { encoding: 'utf8' }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
