/**
 * Build settings that every package shares: one ESM and one CommonJS file with types for each
 * public entry. Sibling packages stay external, so an application loads each of them once.
 */
import { defineConfig } from 'tsup';

/** tsup configuration of one package; `entry` maps output names to source files. */
export function packageBuild(entry: Record<string, string>) {
  return defineConfig({
    entry,
    format: ['esm', 'cjs'],
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
