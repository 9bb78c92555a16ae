/**
 * The executable, built for tests that start it dozens of times: that starts four times as fast as
 * the sources do.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';
import { cleanEnvironment, finished, workspaceRoot, type Finished } from './run-cli.ts';

/** A built executable. */
export interface BuiltCli {
  start(args: readonly string[]): ChildProcess;
  run(args: readonly string[]): Promise<Finished>;
  remove(): Promise<void>;
}

/** Builds it where its dependencies are found. */
export async function buildCli(): Promise<BuiltCli> {
  const project = path.join(workspaceRoot, 'packages', 'cli');
  const cache = path.join(project, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'built-cli-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    root: project,
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
  const start = (args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [path.join(folder, 'main.mjs'), ...args], {
      cwd: workspaceRoot,
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return {
    start,
    run: (args) => finished(start(args)),
    remove: () => rm(folder, { recursive: true }),
  };
}
