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

/** Makes the tarballs of packages in `folder`. @returns their paths, by the names of the packages. */
export function pack(
  names: readonly (typeof packages)[number][],
  folder: string,
): ReadonlyMap<string, string> {
  // By one npm, which takes as long to start as to pack.
  const chosen = names.flatMap((name) => ['--workspace', `packages/${name}`]);
  const printed = npm(workspace, 'pack', ...chosen, '--json', '--pack-destination', folder);
  const packed = JSON.parse(printed) as { name: string; filename: string }[];
  return new Map(
    packed.map(({ name, filename }) => [path.basename(name), path.join(folder, filename)]),
  );
}
