/**
 * Build settings that every package shares: types, and for each public entry one ESM and one
 * CommonJS file. Sibling packages stay external, so an application loads each of them once.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { defineConfig, type Format, type Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/**
 * Lets entries import another one. What several entries share goes to one file for each set of
 * entries that share it, and every file takes a program time to find and to open; those which import the main one share one
 * file with it.
 */
function loadedWith(shared: string, entries: readonly string[]): Plugin {
  const [main, ...others] = [shared, ...entries].map((file) => path.resolve(file));
  return {
    name: 'loaded-with',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^loaded-with$/ }, () => ({ path: main!, sideEffects: true }));
      onLoad({ filter: /\.ts$/ }, async ({ path: file }) =>
        others.includes(file)
          ? { contents: `import 'loaded-with';${await readFile(file, 'utf8')}`, loader: 'ts' }
          : undefined,
      );
    },
  };
}

/**
 * tsup configuration of one package; `entry` maps output names to source files.
 * @param together - an entry, and those that only programs which load it, too, import.
 */
export function packageBuild(
  entry: Record<string, string>,
  format: Format[] = ['esm', 'cjs'],
  together?: readonly [shared: string, entries: readonly string[]],
) {
  return defineConfig({
    ...(together && { esbuildPlugins: [loadedWith(...together)] }),
    entry,
    format,
    dts: {
      compilerOptions: { composite: false, emitDeclarationOnly: false, customConditions: [] },
    },
    target: 'node20',
    platform: 'neutral',
    clean: true,
    sourcemap: true,
    splitting: true,
    treeshake: true,
  });
}
