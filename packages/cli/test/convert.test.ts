/** `convnet data convert` through the real executable: every format into every other, and back. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { encodeIdx, generateDigits, parseIdx, type IdxArray } from '@convnet/mnist-io';
import sharp, { type Color } from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { needed } from '../../../test-needs.shared.ts';
import { finished, runCli, startCli, type Finished } from './run-cli.ts';
import { writeSmallFiles } from './small-files.ts';

const python = needed('NumPy', 'converting from and to .npz as NumPy has it');

let folder: string;
const inFolder = (...names: string[]) => path.join(folder, ...names);
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convnet-convert-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Images of no symmetry, in which no two pixels of a kind stand together. */
function images(count: number, height: number, width: number, seed = 1): IdxArray {
  const data = Uint8Array.from(
    { length: count * height * width },
    (_, i) => ((i + seed) * 2654435761) >>> 13,
  );
  return { shape: [count, height, width], data };
}

/** Labels in no order, of which some do not occur. */
const labelsOf = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) => [3, 0, 11, 3, 7, 1, 0][i % 7]!);

/** Writes a data set as MNIST's four files; returns them by name. */
async function writeMnist(
  name: string,
  sets: Record<string, { images: IdxArray; labels: Uint8Array }>,
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const [prefix, { images: array, labels }] of Object.entries(sets)) {
    files.set(`${prefix}-images-idx3-ubyte`, encodeIdx(array));
    files.set(`${prefix}-labels-idx1-ubyte`, encodeIdx({ shape: [labels.length], data: labels }));
  }
  await mkdir(inFolder(name));
  for (const [file, bytes] of files) await writeFile(inFolder(name, file), bytes);
  return files;
}

async function convert(...args: string[]): Promise<Finished> {
  return runCli(['data', 'convert', ...args]);
}

/** Converts, and fails with what was said if that fails. */
async function converted(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await convert(...args, '--json', '-q');
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function filesIn(name: string): Promise<Map<string, Uint8Array>> {
  const names = (await readdir(inFolder(name))).sort();
  return new Map(
    await Promise.all(
      names.map(
        async (file) => [file, new Uint8Array(await readFile(inFolder(name, file)))] as const,
      ),
    ),
  );
}

describe('IDX and back gives the same bytes', () => {
  test.each<[string, string, string[]]>([
    ['npz', 'sets.npz', []],
    ['npy', 'npy', ['--to', 'npy']],
    ['csv', 'csv', ['--to', 'csv']],
    ['pictures', 'pictures', ['--to', 'png']],
    ['gzipped IDX', 'gzipped', ['--to', 'idx', '--gzip']],
  ])('by way of %s', async (_, way, flags) => {
    const original = await writeMnist('original', {
      train: { images: images(40, 5, 7), labels: labelsOf(40) },
      t10k: { images: images(9, 5, 7, 99), labels: labelsOf(9) },
    });
    const { sets } = await converted(inFolder('original'), inFolder(way), ...flags);
    expect(sets).toMatchObject([
      { split: 'train', images: 40, height: 5, width: 7 },
      { split: 'test', images: 9 },
    ]);
    // Pictures remember their place by their names.
    await converted(inFolder(way), inFolder('back'), '--to', 'idx', '--order', 'name');
    // That they were pictures is said beside them.
    await rm(inFolder('back', 'dataset.json'), { force: true });
    const expected = [...original].sort(([a], [b]) => (a < b ? -1 : 1));
    expect([...(await filesIn('back'))]).toEqual(expected);
    expect((await readdir(folder)).sort()).toEqual(['back', 'original', way].sort());
  });

  test('by way of pictures, class after class', async () => {
    const labels = labelsOf(30).sort((a, b) => a - b);
    const original = await writeMnist('original', { t10k: { images: images(30, 6, 6), labels } });
    const { sets } = await converted(inFolder('original'), inFolder('pictures'));
    const counts = [9, 4, 0, 9, 0, 0, 0, 4, 0, 0, 0, 4];
    expect(sets).toMatchObject([{ split: 'test', classCounts: counts }]);
    expect(await readdir(inFolder('pictures', 'test'))).toEqual(['0', '1', '11', '3', '7']);
    await converted(inFolder('pictures'), inFolder('back'));
    const description = await readFile(inFolder('back', 'dataset.json'), 'utf8');
    expect(JSON.parse(description)).toEqual({ pictures: { fit: 'letterbox', invert: false } });
    await rm(inFolder('back', 'dataset.json'));
    expect([...(await filesIn('back')).values()]).toEqual([...original.values()]);
  });

  test('for single files, plain and gzipped', async () => {
    const original = await writeMnist('a', {
      train: { images: images(12, 4, 4), labels: labelsOf(12) },
    });
    const [pixels, labels] = [...original.values()];
    await converted(inFolder('a', 'train-images-idx3-ubyte'), inFolder('x.csv'));
    const text = await readFile(inFolder('x.csv'), 'utf8');
    expect(text.split('\n').map((line) => line.split(',')[0])).toEqual(['label', ...labelsOf(12), ''].map(String)); // prettier-ignore
    expect(text).toMatch(/^label,pixel0,pixel1,.*,pixel15\n/);
    await converted(inFolder('x.csv'), inFolder('my-images-idx3-ubyte.gz'));
    const back = async (name: string) => new Uint8Array(gunzipSync(await readFile(inFolder(name))));
    expect(await back('my-images-idx3-ubyte.gz')).toEqual(pixels);
    expect(await back('my-labels-idx1-ubyte.gz')).toEqual(labels);
    await converted(inFolder('my-images-idx3-ubyte.gz'), inFolder('x_all.npy'));
    expect(existsSync(inFolder('y_all.npy'))).toBe(true);
    await converted(inFolder('x_all.npy'), inFolder('train-images-idx3-ubyte'));
    expect(new Uint8Array(await readFile(inFolder('train-images-idx3-ubyte')))).toEqual(pixels);
    expect(new Uint8Array(await readFile(inFolder('train-labels-idx1-ubyte')))).toEqual(labels);
  });

  test.each([Uint8Array, Int8Array, Int16Array, Int32Array, Float32Array, Float64Array])(
    'for a single array of %o',
    async (maker) => {
      const bytes = encodeIdx({ shape: [2, 1, 3], data: maker.from([1, 2, 3, 4, 5, 6]) });
      await writeFile(inFolder('some-idx'), bytes);
      await converted(inFolder('some-idx'), inFolder('some.npy'));
      await converted(inFolder('some.npy'), inFolder('back-idx3.gz'));
      expect(gunzipSync(await readFile(inFolder('back-idx3.gz')))).toEqual(Buffer.from(bytes));
    },
  );
});

describe('class names', () => {
  test('go along with every format that can, and beside the others', async () => {
    const names = ['T-shirt/top', 'Ankle boot', 'Bag'];
    const original = await writeMnist('named', {
      train: { images: images(6, 4, 4), labels: Uint8Array.of(0, 0, 1, 1, 2, 2) },
    });
    await writeFile(inFolder('named', 'dataset.json'), JSON.stringify({ classes: names }));
    await converted(inFolder('named'), inFolder('pictures'));
    expect((await readdir(inFolder('pictures'))).sort()).toEqual([
      'Ankle boot',
      'Bag',
      'T-shirt-top',
      'dataset.json',
    ]);
    const { classNames } = await converted(inFolder('pictures'), inFolder('named.npz'));
    expect(classNames).toEqual(names);
    await converted(inFolder('named.npz'), inFolder('csv'), '--to', 'csv');
    await converted(inFolder('csv'), inFolder('back'));
    const back = await filesIn('back');
    const description = new TextDecoder().decode(back.get('dataset.json'));
    expect(JSON.parse(description)).toMatchObject({ classes: names });
    for (const [file, bytes] of original) expect(back.get(file)).toEqual(bytes);
  });

  test('are those of the folders, in natural order', async () => {
    for (const [index, name] of ['cat', 'cat10', 'cat2', 'ant'].entries()) {
      await mkdir(inFolder('pets', name), { recursive: true });
      const raw = { width: 3, height: 2, channels: 1 } as const;
      for (const file of ['10.png', '9.png']) {
        const pixels = new Uint8Array(6).fill(10 * index + Number.parseInt(file, 10));
        await sharp(pixels, { raw }).toFile(inFolder('pets', name, file));
      }
    }
    await writeFile(inFolder('pets', '.DS_Store'), '');
    const { stdout } = await convert(inFolder('pets'), inFolder('idx'));
    expect(stdout).toMatch(/train: 8 images of 3 × 2 pixels\n {2}ant +2\n {2}cat +2\n {2}cat2 +2/);
    const bytes = await readFile(inFolder('idx', 'train-images-idx3-ubyte'));
    const { data } = parseIdx(bytes);
    expect([...data].filter((_, i) => i % 6 === 0)).toEqual([39, 40, 9, 10, 29, 30, 19, 20]);
    const file = await readFile(inFolder('idx', 'dataset.json'), 'utf8');
    expect(JSON.parse(file)).toMatchObject({ classes: ['ant', 'cat', 'cat2', 'cat10'] });
  });
});

test('another data set of the catalogue comes upright, counted from 0 and named', async () => {
  await writeSmallFiles('emnist-letters', folder);
  const { sets, classNames } = await converted(inFolder('emnist'), inFolder('letters'), '--to', 'idx'); // prettier-ignore
  expect(sets).toMatchObject([{ images: 40, classCounts: { 0: 4 } }, { images: 20 }]);
  expect(classNames).toHaveLength(26);
  const { images: expected, labels } = generateDigits({ count: 40, seed: 2, split: 'train' });
  const files = await filesIn('letters');
  expect(parseIdx(files.get('train-images-idx3-ubyte')!).data).toEqual(expected.pixels);
  expect(parseIdx(files.get('train-labels-idx1-ubyte')!).data).toEqual(labels);
});

describe('images', () => {
  test('of colours, transparency, other sizes and JPEG become grey of one size, if asked for', async () => {
    await mkdir(inFolder('p', '5'), { recursive: true });
    const solid = (background: Color, size: number) =>
      sharp({ create: { width: size, height: size, channels: 4, background } });
    await solid({ r: 255, g: 0, b: 0, alpha: 1 }, 4)
      .png()
      .toFile(inFolder('p', '5', '1.png'));
    await solid({ r: 0, g: 0, b: 0, alpha: 0 }, 9)
      .png()
      .toFile(inFolder('p', '5', '2.png'));
    await solid('#808080', 16)
      .jpeg()
      .toFile(inFolder('p', '5', '3.jpg'));
    const refused = await convert(inFolder('p'), inFolder('out'));
    expect(refused.stderr).toMatch(
      /2\.png: expected 4 × 4 pixels, as .*1\.png has; received 9 × 9/,
    );
    expect(refused.code).toBe(65);
    const first = async (name: string): Promise<number[]> => {
      const { shape, data } = parseIdx(await readFile(inFolder(name, 'train-images-idx3-ubyte')));
      expect(shape).toEqual([3, 2, 4]);
      return [data[0]!, data[8]!, data[16]!];
    };
    await converted(inFolder('p'), inFolder('rgb'), '--size', '4x2');
    const inColour = await readFile(inFolder('rgb', 'train-images-idx4-ubyte'));
    expect([...parseIdx(inColour).data.subarray(0, 3)]).toEqual([255, 0, 0]);
    const grey = ['--size', '4x2', '--channels', '1'];
    await converted(inFolder('p'), inFolder('out'), ...grey);
    expect(await first('out')).toEqual([76, 255, 128]);
    await converted(inFolder('p'), inFolder('inverted'), ...grey, '--invert');
    expect(await first('inverted')).toEqual([179, 0, 127]);
    await converted(inFolder('inverted'), inFolder('again'), '--to', 'idx', '--invert');
    expect(await first('again')).toEqual([76, 255, 128]);
  });

  test('are written as pictures that look as they should', async () => {
    const data = Uint8Array.from({ length: 12 }, (_, i) => 20 * i);
    const labels = Uint8Array.of(4);
    await writeMnist('m', { train: { images: { shape: [1, 3, 4], data }, labels } });
    await converted(inFolder('m'), inFolder('p'));
    const picture = sharp(inFolder('p', '4', '000000.png'));
    const { width, height, channels } = await picture.metadata();
    expect({ width, height, channels }).toEqual({ width: 4, height: 3, channels: 1 });
    expect(new Uint8Array(await picture.toColourspace('b-w').raw().toBuffer())).toEqual(data);
  });
});

describe('npz', () => {
  test('is the same file on any day', async () => {
    await writeMnist('m', { train: { images: images(5, 3, 3), labels: labelsOf(5) } });
    await converted(inFolder('m'), inFolder('a.npz'));
    await converted(inFolder('m'), inFolder('b.npz'));
    expect(await readFile(inFolder('a.npz'))).toEqual(await readFile(inFolder('b.npz')));
  });

  test.skipIf(!python)('is read by NumPy, and read as NumPy writes it', async () => {
    const original = await writeMnist('m', {
      train: { images: images(20, 28, 28), labels: labelsOf(20) },
      t10k: { images: images(3, 28, 28), labels: labelsOf(3) },
    });
    await converted(inFolder('m'), inFolder('ours.npz'));
    const script = `import numpy as np
data = np.load('ours.npz')
assert sorted(data.files) == ['x_test', 'x_train', 'y_test', 'y_train']
assert data['x_train'].shape == (20, 28, 28) and data['x_train'].dtype == np.uint8
raw = np.frombuffer(open('m/train-images-idx3-ubyte', 'rb').read()[16:], np.uint8)
assert (data['x_train'].ravel() == raw).all()
np.savez('plain.npz', **{k: data[k].astype(np.int64) if k[0] == 'y' else data[k] for k in data.files})
np.savez_compressed('compressed.npz', **data)`;
    execFileSync(python!, ['-c', script], { cwd: folder });
    for (const name of ['plain', 'compressed']) {
      await converted(inFolder(`${name}.npz`), inFolder(name));
      const back = await filesIn(name);
      for (const [file, bytes] of original) expect(back.get(file)).toEqual(bytes);
    }
  });
});

describe('what is there already', () => {
  beforeEach(() => writeMnist('m', { train: { images: images(4, 3, 3), labels: labelsOf(4) } }));

  test.each([
    ['out.npz', []],
    ['out', ['--to', 'idx']],
    ['out', ['--to', 'png']],
    ['out.csv', []],
  ])('is refused and stays, or is replaced by --force: %s %j', async (name, flags) => {
    const args = [inFolder('m'), inFolder(name), ...flags];
    await converted(...args, '--invert');
    const snapshot = () => execFileSync('find', [inFolder(name), '-type', 'f', '-exec', 'sha256sum', '{}', '+']).toString(); // prettier-ignore
    const before = snapshot();
    const { code, stderr } = await convert(...args);
    expect(stderr).toMatch(/already exists\. Choose another, or pass --force to replace it/);
    expect(code).toBe(73);
    expect(snapshot()).toBe(before);
    await converted(...args, '--force');
    expect(snapshot()).not.toBe(before);
    expect((await readdir(folder)).sort()).toEqual(['m', name]);
  });

  test('is never deleted where it is not what this command writes', async () => {
    await mkdir(inFolder('photos', '2024'), { recursive: true });
    await writeFile(inFolder('photos', '2024', 'thesis.doc'), 'years of work');
    for (const force of [[], ['--force']]) {
      const { code, stderr } = await convert(inFolder('m'), inFolder('photos'), ...force);
      expect(stderr).toMatch(/thesis\.doc is in the way/);
      expect(code).toBe(73);
    }
    expect(await readFile(inFolder('photos', '2024', 'thesis.doc'), 'utf8')).toBe('years of work');
  });

  test('other files in a folder stay', async () => {
    await mkdir(inFolder('out'));
    await writeFile(inFolder('out', 'notes.txt'), 'mine');
    await converted(inFolder('m'), inFolder('out'), '--to', 'idx');
    expect((await readdir(inFolder('out'))).length).toBe(3);
  });

  test('stays when the input turns out to be broken', async () => {
    await converted(inFolder('m'), inFolder('out.npz'));
    const before = await readFile(inFolder('out.npz'));
    const whole = await readFile(inFolder('m', 'train-images-idx3-ubyte'));
    const file = inFolder('m', 'train-images-idx3-ubyte');
    await writeFile(file, gzipSync(whole).fill(1, 40));
    const { code, stderr } = await convert(inFolder('m'), inFolder('out.npz'), '--force');
    expect(stderr).toMatch(/train-images-idx3-ubyte: expected/);
    expect(code).toBe(65);
    expect(await readFile(inFolder('out.npz'))).toEqual(before);
    expect((await readdir(folder)).sort()).toEqual(['m', 'out.npz']);
  });
});

describe('what cannot be', () => {
  test.each<[string, string[], number, RegExp]>([
    ['no input', ['{nowhere}', '{out}'], 66, /there is no such file or folder/],
    ['an empty folder', ['{empty}', '{out}'], 65, /expected a folder for each class/],
    ['a folder of a single file', ['{broken}', '{out}'], 65, /no pair of them/],
    ['a file that is nothing', ['{text}', '{out}'], 65, /expected an IDX file/],
    ['a place that cannot be', ['{m}', '{text}/out'], 73, /cannot be written to/],
    ['two sets for one CSV', ['{m}', '{out}.csv'], 2, /Choose one with --split/],
    ['an npz without its ending', ['{m}', '{out}', '--to', 'npz'], 2, /ends in \.npz/],
    ['a size that is none', ['{m}', '{out}', '--size', '28'], 2, /such as 28x28/],
    ['an unknown format', ['{m}', '{out}', '--to', 'bmp'], 2, /Allowed choices/],
    ['no output', ['{m}'], 2, /missing required argument 'output'/],
    ['a set that is not there', ['{one}', '{out}', '--labels', '{nowhere}'], 66, /no such file/],
    ['a text in a class folder', ['{mixed}', '{out}'], 65, /notes\.txt: expected a PNG, JPEG/],
    [
      'class folders without pictures',
      ['{stray}', '{out}'],
      65,
      /expected pictures in the folders/,
    ],
  ])('%s', async (_, args, code, message) => {
    const sets = { images: images(4, 3, 3), labels: labelsOf(4) };
    await writeMnist('m', { train: sets, t10k: sets });
    await mkdir(inFolder('empty'));
    await mkdir(inFolder('broken'));
    await writeFile(inFolder('broken', 'train-images-idx3-ubyte'), 'x');
    await mkdir(inFolder('mixed', '1'), { recursive: true });
    await writeFile(inFolder('mixed', '1', 'notes.txt'), 'x');
    await mkdir(inFolder('stray', '1'), { recursive: true });
    await writeFile(inFolder('stray', 'stray.png'), 'x');
    await writeFile(inFolder('text'), 'just text');
    const before = (await readdir(folder)).sort();
    const places = args.map((arg) =>
      arg
        .replace('{one}', inFolder('m', 'train-images-idx3-ubyte'))
        .replace(/\{(\w+)\}/, inFolder('$1')),
    );
    const result = await convert(...places);
    expect(result.stderr).toMatch(message);
    expect(result.stdout.includes('written to')).toBe(false);
    expect(result.code).toBe(code);
    expect((await readdir(folder)).sort()).toEqual(before);
  });

  test('picks one of two sets', async () => {
    await writeMnist('m', {
      train: { images: images(4, 3, 3), labels: labelsOf(4) },
      t10k: { images: images(2, 3, 3), labels: labelsOf(2) },
    });
    const { sets } = await converted(inFolder('m'), inFolder('t.csv'), '--split', 'test');
    expect(sets).toMatchObject([{ split: 'test', images: 2 }]);
  });
});

test('when interrupted, leaves nothing behind', async () => {
  const count = 20_000;
  await writeMnist('m', { train: { images: images(count, 8, 8), labels: labelsOf(count) } });
  const child = startCli(['data', 'convert', inFolder('m'), inFolder('pictures')]);
  const result = finished(child);
  await expect.poll(() => readdir(folder)).toHaveLength(2);
  child.kill('SIGINT');
  const { code, stderr } = await result;
  expect(stderr).toBe('interrupted: nothing was saved\n');
  expect(code).toBe(130);
  expect(await readdir(folder)).toEqual(['m']);
});
