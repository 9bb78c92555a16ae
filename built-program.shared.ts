/**
 * Builds the executable of a package, once for all of its tests: they start it hundreds of times, and
 * so that takes a quarter of what it takes from the sources, as `nx run` does it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';
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
  const entry = path.join(root, 'src/main.ts');
  // In the package, one folder below its root as `src` is: so it finds dependencies and files.
  const folder = await mkdtemp(path.join(root, 'out-program-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    root,
    ssr: { noExternal: [/^@convnet\//], resolve: { conditions: ['@convnet/source'] } },
    build: {
      ssr: entry,
      outDir: folder,
      rollupOptions: {
        output: {
          entryFileNames: 'main.mjs',
          chunkFileNames: '[name].mjs',
          // The entry waits for its command; what that loads must not wait for the entry.
          manualChunks: (id) => (id === entry ? undefined : 'commands'),
        },
      },
    },
  });
  project.provide('program', path.join(folder, 'main.mjs'));
  return () => rm(folder, { recursive: true });
}
