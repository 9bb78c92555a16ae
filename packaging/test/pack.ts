/** The packages of the workspace, and their tarballs. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

/** The folder with everything. */
export const workspace = fileURLToPath(new URL('../..', import.meta.url));

/** What other projects depend on. */
export const libraries = ['tensor', 'convnet', 'mnist-io'] as const;

/** All that is published. */
export const packages = [...libraries, 'cli', 'server'] as const;

/** Runs npm; what it prints is for programs. */
export function npm(cwd: string, ...args: string[]): string {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  return execFileSync('npm', [...args, ...quiet], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
}

/** Makes the tarball of a package in `folder`. @returns its path. */
export function pack(name: string, folder: string): string {
  const args = ['pack', '--json', '--pack-destination', folder];
  const printed = npm(path.join(workspace, 'packages', name), ...args);
  const [packed] = JSON.parse(printed) as [{ filename: string }];
  return path.join(folder, packed.filename);
}
