/**
 * Compiles the contender programs to plain JavaScript, so that they run without a loader that would
 * take memory of its own. The library comes in through its package exports, under the conditions
 * that this process runs with (`--conditions=@convnet/source` takes its sources); peers stay
 * where they are.
 */
import { join } from 'node:path';
import { build } from 'esbuild';

const programs = ['convnet', 'tfjs', 'jax-js', 'onnxruntime'];
const peers = ['@tensorflow/*', '@jax-js/jax', 'onnxruntime-node'];

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
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: peers,
    ...(conditions.length > 0 && { conditions }),
    logLevel: 'error',
  });
}
