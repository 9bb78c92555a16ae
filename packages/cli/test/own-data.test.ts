/** A data set of one's own through the real executable: any layout and format, from training to prediction. */
import { createHash } from 'node:crypto';
import {
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DIGIT_CLASS_NAMES } from '@convnet/mnist-io';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHAPES, writeShapes } from './own-pictures.ts';
import { runCli } from './run-cli.ts';

let root = '';
const at = (...names: string[]): string => path.join(root, ...names);
const env = (): Record<string, string> => ({ XDG_STATE_HOME: at('state'), CONVNET_OFFLINE: '1' });
const run = (...args: string[]) => runCli(args, env());
/** Runs a command that must succeed; its document. */
async function document(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run(...args, '--json', '-q');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}
const savedModels = async (): Promise<string[]> =>
  (await readdir(at('state', 'convnet', 'models'))).sort();

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'convnet-own-'));
  await writeShapes(at('shapes'), 12);
});
afterAll(() => rm(root, { recursive: true }));

test('a folder of pictures is trained on, tested and used, and what is no picture is listed', async () => {
  const trained = await run('train', '--data', at('shapes'), '--epochs', '1', '--seed', '3');
  expect(trained.code, trained.stderr).toBe(0);
  expect(trained.stderr).toMatch(/^left out, 3:\n {2}.*readme\.txt\n/);
  expect(trained.stderr).toMatch(/square.img_0\.jpg: expected a PNG, JPEG/);
  expect(trained.stderr).toMatch(/square.notes\.txt: expected a PNG, JPEG/);
  expect(trained.stdout).toContain(
    'note: 7 of the training images, chosen by seed 3, are the test',
  );
  expect(trained.stdout).toMatch(/data: shapes, from .*; 28 training and 7 test images/);
  expect(await savedModels()).toEqual(['shapes-simple.safetensors']);

  const test = await document('evaluate', '--data', at('shapes'), '--seed', '3');
  const accuracy = /test accuracy: ([\d.]+) %/.exec(trained.stdout)![1];
  const { accuracy: again } = test['test'] as { accuracy: number };
  expect((100 * again).toFixed(2)).toBe(accuracy);
  const refused = await run('evaluate');
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain('it was trained on "shapes", a data set of one\'s own. Name');

  const pictures = [
    at('shapes/circle/img_1.jpg'),
    at('shapes/square/img_0.jpg'),
    at('shapes/cross/img_0.jpg'),
  ];
  const predicted = await run('predict', ...pictures, '--json');
  expect(predicted.code).toBe(65);
  expect(predicted.stderr).toContain('expected 3 pictures; 1 of them could not be read');
  expect(JSON.parse(predicted.stdout)).toMatchObject({
    predictions: [{ file: pictures[0] }, { file: pictures[2] }],
    failures: [{ file: pictures[1] }],
  });
});

test('the same images give the same bits from every format', async () => {
  const sum = async (data: string): Promise<string> => {
    await document('train', '--data', data, '--epochs', '1', '-o', at('m.safetensors'));
    return createHash('sha256')
      .update(await readFile(at('m.safetensors')))
      .digest('hex');
  };
  const expected = await sum(at('shapes'));
  const ways: [string, string[]][] = [
    ['a/shapes.npz', []],
    ['b/shapes.csv', []],
    ['c/shapes', ['--to', 'idx', '--gzip']],
    ['d/shapes', ['--to', 'npy']],
    ['e/shapes', ['--to', 'png']],
  ];
  for (const [way, flags] of ways) {
    await mkdir(path.dirname(at(way)));
    await document('data', 'convert', at('shapes'), at(way), '--size', '32x32', ...flags);
    expect(await sum(at(way)), way).toBe(expected);
  }
});

describe('sets lie', () => {
  const counts = async (data: string, ...flags: string[]) => {
    const found = await document('data', 'stats', data, ...flags);
    const images = (name: string) => (found[name] as { images: number } | undefined)?.images;
    return [images('train'), images('validation'), images('test')];
  };
  /** Moves the first pictures of each class to another folder. */
  const moved = async (from: string, to: string, count: number): Promise<void> => {
    for (const shape of SHAPES) {
      await mkdir(path.join(to, shape), { recursive: true });
      for (const name of (await readdir(path.join(from, shape))).slice(0, count)) {
        await rename(path.join(from, shape, name), path.join(to, shape, name));
      }
    }
  };

  test('in train, val and test, as Ultralytics has them; strange folders are listed', async () => {
    await cp(at('shapes'), at('split', 'train'), { recursive: true });
    await moved(at('split', 'train'), at('split', 'val'), 2);
    await moved(at('split', 'train'), at('split', 'test'), 3);
    await mkdir(at('split', 'runs'));
    const [train, validation, testing] = await counts(at('split'));
    expect(train! + validation! + testing!).toBe(35);
    expect([validation, testing].every((size) => size! >= 5 && size! <= 9)).toBe(true);
    const { stderr, stdout } = await run('train', '--data', at('split'), '-e', '1');
    expect(stderr).toContain(at('split', 'runs'));
    expect(stdout).toMatch(/\d+ training, \d validation, and \d test images/);
    expect(stdout).toMatch(/validation +\S*loss|val/i);
  });

  test('in a test folder without classes, as Kaggle has it', async () => {
    await cp(at('shapes'), at('kaggle', 'train'), { recursive: true });
    await mkdir(at('kaggle', 'test'));
    await copyFile(at('shapes/cross/img_0.jpg'), at('kaggle/test/1.jpg'));
    expect(await counts(at('kaggle'))).toEqual([28, undefined, 7]);
    const { stderr } = await run('data', 'stats', at('kaggle'));
    expect(stderr).toContain('test (no classes)');
  });

  test('where the description says', async () => {
    const description = {
      name: 'three shapes',
      classes: ['square', 'circle', 'cross'],
      shape: [20, 24, 1],
      splits: { train: 'shapes', test: 0.1, validation: 0.2 },
    };
    await writeFile(at('dataset.json'), JSON.stringify(description));
    const stats = await document('data', 'stats', root);
    expect(stats).toMatchObject({
      data: { kind: 'three shapes' },
      classNames: description.classes,
      train: { shape: [25, 20, 24, 1] },
      validation: { images: 7 },
      test: { images: 3 },
    });
    await writeFile(at('dataset.json'), JSON.stringify({ clases: ['a'] }));
    const refused = await run('data', 'stats', root);
    expect(refused.stderr).toMatch(/dataset\.json: expected name, classes, .*received "clases"/);
    await rm(at('dataset.json'));
  });
});

test('names of classes belong to one file alone', async () => {
  await document('data', 'convert', at('shapes'), at('a.csv'), '--size', '10x10');
  const classes = { classes: ['apple', 'pear', 'plum'] };
  await copyFile(at('a.csv'), at('b.csv'));
  await writeFile(at('b.csv.json'), JSON.stringify({ ...classes, shape: [10, 10, 3] }));
  await copyFile(at('a.csv'), at('c.csv'));
  expect(await document('data', 'stats', at('a.csv'))).toMatchObject({ classNames: SHAPES });
  expect(await document('data', 'stats', at('b.csv'))).toMatchObject({
    classNames: classes.classes,
  });
  expect(await document('data', 'stats', at('c.csv'))).toMatchObject({
    classNames: DIGIT_CLASS_NAMES,
  });
});

test('a description of a file names other files beside it', async () => {
  const line = `0,${new Array<number>(64).fill(7).join()}\n`;
  await writeFile(at('p.csv'), line.repeat(5));
  await writeFile(at('q.csv'), line.repeat(2));
  await writeFile(at('p.csv.json'), JSON.stringify({ splits: { train: 'p.csv', test: 'q.csv' } }));
  expect(await document('data', 'stats', at('p.csv'))).toMatchObject({
    train: { images: 5 },
    test: { images: 2 },
  });
});

test('more classes than ten, and images of other sizes', async () => {
  const rows = Array.from({ length: 60 }, (_, k) => `kind ${k % 12},${`${k * 4},`.repeat(400)}`);
  await writeFile(at('twelve.csv'), rows.map((row) => row.slice(0, -1)).join('\n'));
  const { data } = await document('train', '--data', at('twelve.csv'), '-e', '1');
  expect(data).toMatchObject({ kind: 'twelve', training: 48, test: 12 });
  const tiny = await run(
    'train',
    '--data',
    at('shapes'),
    '--size',
    '4x4',
    '-m',
    'lenet5',
    '-e',
    '1',
  );
  expect(tiny.code).toBe(65);
  expect(tiny.stderr).toMatch(/--model lenet5: expected larger images than \[4, 4, 3\]/);
});

test('a model of another kind is never replaced', async () => {
  const other = at('other', 'shapes');
  await mkdir(path.dirname(other), { recursive: true });
  await cp(at('shapes'), other, { recursive: true });
  await rm(path.join(other, 'cross'), { recursive: true });
  const before = await readFile(at('state/convnet/models/shapes-simple.safetensors'));
  const { model } = await document('train', '--data', other, '-e', '1');
  expect(path.basename(model as string)).toBe('shapes-simple-2.safetensors');
  expect(await readFile(at('state/convnet/models/shapes-simple.safetensors'))).toEqual(before);
  // The last one of that preset, or by its name.
  const said = async (...args: string[]) =>
    ((await document('predict', at('shapes/circle/img_2.jpg'), ...args)) as { model: string })
      .model;
  expect(await said('--model', 'simple')).toBe(model);
  expect(path.basename(await said('--model', 'shapes-simple'))).toBe('shapes-simple.safetensors');
  const { stderr, code } = await run(
    'evaluate',
    '--data',
    at('shapes'),
    '--model',
    model as string,
  );
  expect(code).toBe(65);
  expect(stderr).toMatch(
    /expected data of the 2 classes .*\(circle, square\); received 3 \(circle, cross, square\)/,
  );
});

test('data of one’s own is never taken for a data set of the catalogue', async () => {
  await mkdir(at('mnist'));
  await document('data', 'convert', at('shapes'), at('mnist', 'train.csv'), '--size', '28x28');
  expect(await document('data', 'stats', at('mnist'))).toMatchObject({
    data: { kind: 'own-mnist' },
  });
  const missing = await run('train', '--data', at('nowhere'));
  expect(missing.code).toBe(66);
  expect(missing.stderr).toContain(`${at('nowhere')}: expected a data set; there is no such`);
  const named = await run('train', '--data', 'nowhere');
  expect(named).toMatchObject({ code: 2 });
});

test('letterboxes, stretches and inverts, and the network remembers which', async () => {
  await mkdir(at('wide', 'a'), { recursive: true });
  const half = Buffer.concat([Buffer.alloc(8 * 4, 40), Buffer.alloc(8 * 4, 200)]);
  const wide = sharp(half, { raw: { width: 16, height: 4, channels: 1 } }).toColourspace('b-w');
  for (let index = 0; index < 5; index++) await wide.png().toFile(at('wide', 'a', `${index}.png`));
  const columns = async (...flags: string[]): Promise<number[]> => {
    await document(
      'data',
      'convert',
      at('wide'),
      at('w.npy'),
      '--size',
      '16x16',
      '--force',
      ...flags,
    );
    const bytes = await readFile(at('w.npy'));
    return [...bytes.subarray(bytes.length - 5 * 256, bytes.length - 4 * 256)];
  };
  const boxed = await columns();
  // Rows above and below are those of the edges.
  expect(boxed.slice(0, 16)).toEqual([...half.subarray(0, 16)]);
  expect(boxed.slice(6 * 16, 10 * 16)).toEqual([...half]);
  expect(boxed.slice(15 * 16)).toEqual([...half.subarray(48)]);
  expect(await columns('--fit', 'stretch')).not.toEqual(boxed);
  expect(await columns('--invert')).toEqual(boxed.map((byte) => 255 - byte));
  const description = JSON.parse(await readFile(at('w.npy.json'), 'utf8')) as unknown;
  expect(description).toEqual({ classes: ['a'], pictures: { fit: 'letterbox', invert: true } });
  await document('train', '--data', at('w.npy'), '-e', '1', '-o', at('inverted.safetensors'));
  const metadata = (await readFile(at('inverted.safetensors'))).toString('latin1');
  expect(metadata).toContain(String.raw`\"fit\":\"letterbox\",\"invert\":true`);
  // Evaluated on the pictures themselves, they are inverted as those were.
  const model = ['--model', at('inverted.safetensors')];
  const onFile = await document('evaluate', '--data', at('w.npy'), ...model);
  const onPictures = await document('evaluate', '--data', at('wide'), ...model);
  expect(onPictures['test']).toEqual(onFile['test']);
});

test.each(['webp', 'gif', 'bmp'])('%s is read', async (format) => {
  await mkdir(at(format, 'a'), { recursive: true });
  const red = sharp({ create: { width: 9, height: 7, channels: 3, background: '#e01020' } });
  const file = at(format, 'a', `x.${format}`);
  if (format === 'bmp') {
    const { encode } = await import('bmp-ts');
    const abgr = Buffer.alloc(9 * 7 * 4);
    for (let pixel = 0; pixel < abgr.length; pixel += 4) abgr.set([255, 0x20, 0x10, 0xe0], pixel);
    await writeFile(file, encode({ data: abgr, bitPP: 24, width: 9, height: 7 }).data);
  } else {
    await (format === 'webp' ? red.webp({ lossless: true }) : red.gif()).toFile(file);
  }
  await document('data', 'convert', at(format), at(format, 'x.npy'));
  const bytes = await readFile(at(format, 'x.npy'));
  expect([...bytes.subarray(bytes.length - 9 * 7 * 3).subarray(0, 3)]).toEqual([0xe0, 0x10, 0x20]);
});
