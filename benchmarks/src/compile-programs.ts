/**
 * Compiles the contender programs to plain JavaScript, so that they run without a loader that would
 * take memory of its own. The library comes in through its package exports, under the conditions
 * that this process runs with (`--conditions=@convnet/source` takes its sources); peers stay
 * where they are.
 */
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';

const programs = ['convnet', 'tfjs', 'jax-js', 'onnxruntime'];
const peers = ['@tensorflow/*', '@jax-js/jax', 'onnxruntime-node'];

const settings: BuildOptions = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: peers,
  logLevel: 'error',
};

/** The library's own program as `file`, with the library from the sources of another checkout. */
export async function compileBeside(
  sources: string,
  file: string,
  checkout: string,
): Promise<void> {
  const sourceOf = (name: string): [string, string] => [
    `@convnet/${name}`,
    join(checkout, 'packages', name, 'src/index.ts'),
  ];
  await build({
    ...settings,
    entryPoints: [join(sources, 'convnet.ts')],
    outfile: file,
    alias: Object.fromEntries(['tensor', 'convnet', 'mnist-io'].map(sourceOf)),
  });
}

export async function compilePrograms(
  sources: string,
  outputFolder: string,
  names: readonly string[] = programs,
): Promise<void> {
  const conditions = process.execArgv.flatMap((argument, i, all) => {
    const [, value = all[i + 1]] = /^(?:-C|--conditions)(?:=(.*))?$/.exec(argument) ?? [
      argument,
      '',
    ];
    return value ? [value] : [];
  });
  await build({
    entryPoints: names.map((name) => join(sources, `${name}.ts`)),
    outdir: outputFolder,
    ...settings,
    ...(conditions.length > 0 && { conditions }),
  });
}
