/** `convnet data` through the real executable, except for downloads. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { catalogue } from '@convnet/mnist-io';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needed } from '../../../test-needs.shared.ts';
import { runCli, startCli } from './run-cli.ts';
import { writeSmallFiles } from './small-files.ts';

const dataDir = needed('MNIST', 'convnet data with real MNIST');

let folder: string;
let env: NodeJS.ProcessEnv;
const inFolder = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convnet-data-'));
  env = { XDG_CACHE_HOME: inFolder('cache'), CONVNET_DATA_DIR: inFolder('data') };
  for (const name of ['fashion-mnist', 'emnist-letters', 'emnist-balanced'] as const) {
    await writeSmallFiles(name, inFolder('data'));
  }
});
afterAll(() => rm(folder, { recursive: true }));

const json = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { stdout, code } = await runCli(['data', ...args, '--json'], env);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
};

describe('data list', () => {
  test('has every data set, and says which are on this machine', async () => {
    const { stdout, code } = await runCli(['data', 'list'], env);
    for (const { name } of catalogue) expect(stdout).toContain(`  ${name} `);
    expect(stdout).toMatch(/fashion-mnist +60,000 +10,000 +10 +30\.9 MB +\S+data.fashion-mnist\n/);
    expect(stdout).toMatch(/emnist-digits .* 561\.8 MB \* +not downloaded\n/);
    expect(stdout).toMatch(/ mnist .*not all in /);
    expect(code).toBe(0);
  });

  test('--json has the facts', async () => {
    const { datasets } = await json('list');
    expect(datasets).toHaveLength(catalogue.length);
    expect(datasets).toContainEqual(
      expect.objectContaining({ name: 'qmnist', state: 'not downloaded', licence: 'BSD-3-Clause' }),
    );
  });
});

describe('data verify', () => {
  test('ends with 65 where content is not as published, naming what is wrong', async () => {
    const { stdout, stderr, code } = await runCli(['data', 'verify', 'fashion-mnist'], env);
    expect(stdout).toContain('?      train-images-idx3-ubyte  no checksum is known');
    expect(stdout).toMatch(/WRONG +content +train: expected 60000 images; received 40/);
    expect(stdout).toMatch(/WRONG +content +test: expected 1000 images of class "Bag"; received 2/);
    expect(stderr).toMatch(/^error: expected files as published; received others of Fashion-MNIST/);
    expect(code).toBe(65);
  });

  test('names every data set that is wrong, and prints JSON all the same', async () => {
    const { stdout, stderr, code } = await runCli(['data', 'verify', '--json'], env);
    expect(stderr).toContain('others of Fashion-MNIST, EMNIST Balanced, EMNIST Letters.');
    expect(JSON.parse(stdout)).toMatchObject({ isRight: false });
    expect(code).toBe(65);
  });

  test('ends with 66 where there is nothing to verify', async () => {
    const nothing = await runCli(['data', 'verify'], { XDG_CACHE_HOME: inFolder('none') });
    expect(nothing).toMatchObject({ code: 66, stdout: '' });
    expect(nothing.stderr).toContain("Run 'convnet data download mnist'");
  });
});

describe('data stats', () => {
  test('counts the images of each class', async () => {
    const { stdout } = await runCli(['data', 'stats', 'emnist/letters'], env);
    expect(stdout).toMatch(/images +40 +20\n/);
    expect(stdout).toMatch(/\n {2}a +4 +2\n/);
    expect(stdout).toMatch(/\n {2}z +0 +0\n/);
  });

  test('takes generated digits', async () => {
    const { train, classNames } = await json('stats', 'generated', '--limit', '30');
    expect(train).toMatchObject({ images: 30, shape: [30, 28, 28, 1] });
    expect(classNames).toHaveLength(10);
  });
});

describe('data show', () => {
  test('prints images beside each other, as many as fit into 80 characters', async () => {
    const { stdout } = await runCli(['data', 'show', 'fashion-mnist', '--count', '3'], env);
    const lines = stdout.split('\n');
    const captions = lines.filter((line) => line.includes('#'));
    expect(captions).toHaveLength(2);
    expect(captions[0]!.match(/#\d+/g)).toHaveLength(2);
    expect(Math.max(...lines.slice(1).map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/[▄▀█]/);
    expect(stdout).not.toContain('\u001b');
  });

  test('paints greys where colors are wanted, and none with NO_COLOR', async () => {
    const args = ['data', 'show', 'fashion-mnist', '--index', '3', '-q'];
    const grey = await runCli(args, { ...env, FORCE_COLOR: '1' });
    expect(grey.stdout).toContain('\u001b[38;5;232;48;5;232m▀');
    const plain = await runCli(args, { ...env, FORCE_COLOR: '1', NO_COLOR: '1' });
    expect(plain.stdout).not.toContain('\u001b');
  });

  test('picks by class, by index and by seed', async () => {
    const images = async (...args: string[]) =>
      (await json('show', 'fashion-mnist', ...args))['images'] as {
        index: number;
        className: string;
      }[];
    const bags = await images('--class', 'bag', '--split', 'train');
    expect(bags.map(({ className }) => className)).toEqual(new Array(4).fill('Bag'));
    expect(await images('--class', '8', '--split', 'train')).toEqual(bags);
    expect(await images('--seed', '2')).not.toEqual(await images('--seed', '3'));
    const three = await images('--index', '17', '--count', '9');
    expect(three.map(({ index }) => index)).toEqual([17, 18, 19]);
  });

  test('--output saves a sheet, the same bytes each time', async () => {
    const [first, second] = [inFolder('a.png'), inFolder('b.png')];
    for (const file of [first, second]) {
      const args = ['data', 'show', 'fashion-mnist', '--count', '10', '-o', file];
      const { stdout, code } = await runCli(args, env);
      expect(stdout).toContain(`10 images saved to ${file}`);
      expect(code).toBe(0);
    }
    expect(await readFile(first)).toEqual(await readFile(second));
    const { data, info } = await sharp(first).raw().toBuffer({ resolveWithObject: true });
    // Four columns and three rows; a page, ink on it and images.
    expect([info.width, info.height]).toEqual([412, 352]);
    const at = (x: number, y: number) => data[(y * info.width + x) * info.channels];
    expect([at(5, 5), at(22, 22)]).toEqual([0xf4, 0]);
    expect(data.includes(0x33)).toBe(true);
  });

  test.each<[string, string[], number, RegExp]>([
    [
      'an index that is not there',
      ['--index', '20'],
      2,
      /--index: expected .* 0 to 19; received 20/,
    ],
    ['a class that is not there', ['--class', 'hat'], 2, /--class: expected one of T-shirt\/top,/],
    ['index and class', ['--index', '1', '--class', '1'], 2, /cannot be used with/],
    ['a sheet in no folder', ['-o', 'nowhere/a.png'], 73, /nowhere is none/],
  ])('refuses %s', async (_, args, code, message) => {
    const result = await runCli(['data', 'show', 'fashion-mnist', ...args], env);
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(code);
  });
});

test('a name that is none is refused with those there are', async () => {
  for (const args of [
    ['data', 'show', 'cifar'],
    ['data', 'download', 'mnist', 'cifar'],
    ['train', '--dataset', 'cifar'],
  ]) {
    const { stderr, code } = await runCli(args, env);
    expect(stderr).toMatch(/Expected (one of|auto, generated,) mnist, fashion-mnist,/);
    expect(code).toBe(2);
  }
  const { stderr } = await runCli(['train', '--dataset', 'emnist'], env);
  expect(stderr).toContain('Choose one of emnist-balanced,');
});

describe('networks for other data sets', () => {
  test.each([
    ['fashion-mnist', 10, 'Ankle boot'],
    ['emnist-balanced', 47, 't'],
  ])('%s is trained with its classes and evaluated', async (name, classCount, last) => {
    const model = inFolder(`${name}.safetensors`);
    const trained = await runCli(
      ['train', '--dataset', name, '--epochs', '1', '-o', model, '--json'],
      env,
    );
    expect(trained.code).toBe(0);
    expect(JSON.parse(trained.stdout)).toMatchObject({ data: { training: 40 } });
    const text = (await readFile(model)).toString('latin1');
    // Some images, not those that were published.
    expect(text).toMatch(/"convnet\.trained_on":"data"/);
    const evaluated = await runCli(['evaluate', '--model', model, '--dataset', name], env);
    expect(evaluated.code).toBe(0);
    expect(evaluated.stdout.match(/(%|–) +2$/gm)).toHaveLength(10);
    expect(evaluated.stdout).toContain(` ${last} `);
    const { stderr, stdout, code } = await runCli(
      ['evaluate', '--model', model, '--dataset', 'generated', '--limit', '10'],
      env,
    );
    expect(stdout).not.toContain('test accuracy:');
    expect(code).toBe(65);
    expect(stderr).toContain(
      `expected data of the ${classCount} classes that it was trained for (`,
    );
    expect(stderr).toContain('received 10 (0, 1, 2, …) from generated digits');
  });
});

describe.skipIf(!dataDir)('real MNIST', () => {
  const real = { CONVNET_DATA_DIR: dataDir };

  test('passes verification', async () => {
    const right = await runCli(['data', 'verify', 'mnist'], real);
    expect(right.code).toBe(0);
    expect(right.stdout.match(/^ {2}ok /gm)).toHaveLength(5);
  });

  test('has the published counts and constants', async () => {
    const { stdout } = await runCli(['data', 'stats', 'mnist', '--json'], real);
    const { train, test: testing } = JSON.parse(stdout) as Record<
      'train' | 'test',
      { mean: number; standardDeviation: number; classCounts: number[] }
    >;
    expect([train.mean.toFixed(5), train.standardDeviation.toFixed(5)]).toEqual([
      '0.13066',
      '0.30811',
    ]);
    expect([testing.mean.toFixed(5), testing.standardDeviation.toFixed(5)]).toEqual([
      '0.13251',
      '0.31048',
    ]);
    expect(train.classCounts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(testing.classCounts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });

  test('is not taken for Fashion-MNIST, whose files are called alike', async () => {
    const args = ['train', '--dataset', 'fashion-mnist', '--data-dir', dataDir!];
    const { stderr, code } = await runCli(args);
    expect(stderr).toContain('expected labels of Fashion-MNIST; received those of MNIST');
    expect(code).toBe(65);
  });
});

describe('a reader that goes away', () => {
  test.each<[string, string[]]>([
    ['help', ['train', '--help']],
    ['a table', ['data', 'list']],
    ['training', ['train', '--dataset', 'generated', '--limit', '200', '-o', '{model}']],
  ])('ends %s quietly', async (_, args) => {
    const child = startCli(
      args.map((arg) => (arg === '{model}' ? inFolder('closed.safetensors') : arg)),
    );
    let stderr = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin!.end();
    child.stdout!.destroy();
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    expect(stderr).toBe('');
    expect(code).toBe(141);
  });
});

test('a broken copy of a file in the cache is named with what to do', async () => {
  const cache = inFolder('broken');
  await writeSmallFiles('fashion-mnist', path.join(cache, 'convnet'));
  await writeFile(path.join(cache, 'convnet', 'fashion-mnist', 't10k-labels-idx1-ubyte'), 'x');
  const { stderr, code } = await runCli(['data', 'stats', 'fashion-mnist'], {
    XDG_CACHE_HOME: cache,
  });
  expect(stderr).toContain('This file of the cache is broken and could not be replaced');
  expect(code).toBe(65);
});
