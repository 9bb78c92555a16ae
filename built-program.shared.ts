/**
 * Builds the executable of a package, once for all of its tests: they start it hundreds of times, and
 * so that takes a quarter of what it takes from the sources, as `nx run` does it.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The built executable. */
    readonly program: string;
  }
}

/** Vitest runs this before the tests, and what it returns after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { root } = project.config;
  const packageJson = await readFile(path.join(root, 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(packageJson) as { dependencies: Record<string, string> };
  // In the package, one folder below its root as `src` is: so it finds dependencies and files.
  const folder = await mkdtemp(path.join(root, 'out-program-'));
  await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    conditions: ['@convnet/source'],
    external: Object.keys(dependencies).filter((name) => !name.startsWith('@convnet/')),
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  project.provide('program', path.join(folder, 'main.mjs'));
  return () => rm(folder, { recursive: true });
}
