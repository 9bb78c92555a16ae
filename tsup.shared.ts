/**
 * Build settings that every package shares: types, and for each public entry one ESM and one
 * CommonJS file. Sibling packages stay external, so an application loads each of them once.
 */
import { defineConfig, type Format } from 'tsup';

/** tsup configuration of one package; `entry` maps output names to source files. */
export function packageBuild(entry: Record<string, string>, format: Format[] = ['esm', 'cjs']) {
  return defineConfig({
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
