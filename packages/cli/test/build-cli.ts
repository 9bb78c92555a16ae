/**
 * Builds the executable, once for all tests of this package: they start it hundreds of times, and so
 * that takes a quarter of what it takes from the sources, as `nx run` does it.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The built executable. */
    readonly cli: string;
  }
}

/** Vitest runs this before the tests, and what it returns after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  // Where its dependencies are found.
  const cache = path.join(root, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'built-cli-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    root,
    ssr: { noExternal: [/^@convnet\//], resolve: { conditions: ['@convnet/source'] } },
    build: {
      ssr: 'src/main.ts',
      outDir: folder,
      rollupOptions: {
        output: {
          entryFileNames: 'main.mjs',
          // The entry waits for its command; what that loads must not wait for the entry.
          manualChunks: (id) => (id.endsWith('/cli/src/main.ts') ? undefined : 'commands'),
        },
      },
    },
  });
  project.provide('cli', path.join(folder, 'main.mjs'));
  return () => rm(folder, { recursive: true });
}
