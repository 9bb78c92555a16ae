/**
 * The command line through the real `nx run`, which swallows and renames some flags: every flag
 * of the help must arrive, and what was used must be echoed. `nx.verify.ts` has the other commands.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';
import { documentedFlags, runNx } from './run-nx.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convnet-nx-'));
  await runCli([
    'train',
    '--data',
    'generated',
    '--limit',
    '50',
    '--epochs',
    '1',
    '-o',
    modelFile(),
  ]);
});
afterAll(() => rm(folder, { recursive: true }));

const modelFile = () => path.join(folder, 'model.safetensors');
const nx = (...args: string[]) => runNx(folder, ...args);

const camelCase = (flag: string) =>
  flag.replace(/(?<=\w)-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Each flag of `train` with a value and what the settings must then show. */
const trainFlags: readonly (readonly [flag: string, value: string | undefined, echo: RegExp])[] = [
  ['--model', 'lenet5', /model +lenet5/],
  ['--epochs', '7', /epochs +7/],
  ['--batch-size', '48', /batch size +48/],
  ['--optimizer', 'sgd', /optimizer +sgd/],
  ['--lr', '0.025', /learning rate +0\.025/],
  ['--momentum', '0.75', /momentum 0\.75/],
  ['--schedule', 'constant', /constant/],
  ['--clip-norm', '2.5', /norm 2\.5/],
  ['--augment', 'light', /augmentation +light/],
  ['--validation-split', '0.125', /validation split +0\.125/],
  ['--backend', 'simd', /backend +simd/],
  ['--threads', '3', /threads +3/],
  ['--output', 'somewhere.safetensors', /output +somewhere\.safetensors/],
  ['--data', 'generated', /data +generated/],
  ['--data-dir', 'my-digits', /data folder +my-digits/],
  ['--limit', '123', /limit +123 images/],
  ['--size', '40x30', /pictures +40x30/],
  ['--channels', '2', /channels 2/],
  ['--fit', 'stretch', /stretch/],
  ['--invert', undefined, /inverted/],
  ['--seed', '99', /seed +99/],
  ['--dry-run', undefined, /dry run: nothing was trained/],
  ['--no-color', undefined, /convnet train/],
];

describe('nx run cli:train', () => {
  test('the table above has every documented flag', () => {
    const printing = ['--json', '--quiet'];
    expect(documentedFlags('train')).toEqual(
      [...trainFlags.map(([flag]) => flag), ...printing].sort(),
    );
  });

  test('kebab-case flags arrive after --', async () => {
    const args = trainFlags.flatMap(([flag, value]) =>
      value === undefined ? [flag] : [flag, value],
    );
    const { code, stdout } = await nx('cli:train', '--', ...args);
    for (const [, , echo] of trainFlags) expect(stdout).toMatch(echo);
    expect(code).toBe(0);
  });

  test('camelCase flags arrive without --', async () => {
    const args = trainFlags
      .filter(([flag]) => !flag.startsWith('--no-'))
      .flatMap(([flag, value]) =>
        value === undefined ? [camelCase(flag)] : [camelCase(flag), value],
      );
    expect(args).toContain('--batchSize');
    const { code, stdout } = await nx('cli:train', ...args);
    for (const [, , echo] of trainFlags) expect(stdout).toMatch(echo);
    expect(code).toBe(0);
  });
});

test('nx run cli:evaluate: every documented flag arrives', async () => {
  const args = [
    ...['--model', modelFile(), '--min-accuracy', '0.01', '--data', 'generated'],
    ...['--backend', 'simd', '--threads', '3'],
    ...['--data-dir', 'unused', '--limit', '60', '--seed', '5', '--no-color'],
  ];
  const given = args.filter((arg) => arg.startsWith('--'));
  expect(documentedFlags('evaluate')).toEqual([...given, '--json', '--quiet'].sort());
  const { code, stdout } = await nx('cli:evaluate', '--', ...args);
  expect(stdout).toMatch(/least accuracy +1\.00 %/);
  expect(stdout).toMatch(/data folder +unused/);
  expect(stdout).toMatch(/limit +60 images/);
  expect(stdout).toMatch(/seed +5/);
  expect(stdout).toMatch(/backend +simd\n +threads +3\n/);
  expect(stdout).toMatch(/test accuracy: \d+\.\d\d %/);
  expect(code).toBe(0);
});
