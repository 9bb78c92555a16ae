/**
 * How long a program takes to import the library, to train its first batch and to predict its first image,
 * in units of an empty one: `node --import tsx src/start-times.ts [checkout …]`, with the packages of
 * each checkout built. Processes alternate; medians of the time that they were on a processor, which
 * other programs disturb least.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { markdownTable } from './markdown-table.ts';

const ROUNDS = 31;

/** Prints the milliseconds of processor time that the process has taken. */
const PRINT = 'const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);';

/** What is done with the library, after `const lib = await import(…)`. */
const STEPS = {
  import: '',
  'first batch of simple': `
    const model = lib.createPreset('simple', { seed: 1 });
    model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    model.trainOnBatch(lib.Tensor.zeros([32, 28, 28, 1]), new Uint8Array(32));`,
  'first prediction': `
    lib.createPreset('simple', { seed: 1 }).predict(lib.Tensor.zeros([1, 28, 28, 1]));`,
};

function processorTime(program: string): number {
  const args = ['--input-type=module', '-e', `${program}${PRINT}process.exit();`];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

const here = fileURLToPath(new URL('../..', import.meta.url));
const checkouts = process.argv.length > 2 ? process.argv.slice(2) : [here];
const programs = new Map([['empty', '']]);
for (const [number, checkout] of checkouts.entries()) {
  const entry = pathToFileURL(`${checkout}/packages/convnet/dist/index.js`).href;
  for (const [step, code] of Object.entries(STEPS)) {
    programs.set(`${step}, checkout ${number + 1}`, `const lib = await import('${entry}');${code}`);
  }
}
const times = new Map([...programs.keys()].map((name) => [name, [] as number[]]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, program] of programs) times.get(name)!.push(processorTime(program));
}
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const empty = median(times.get('empty')!);
const rows = [...times].map(([name, values]) => [
  name,
  median(values).toFixed(1),
  (median(values) / empty).toFixed(2),
]);
console.log(markdownTable(['program', 'ms', 'of an empty one'], rows));
