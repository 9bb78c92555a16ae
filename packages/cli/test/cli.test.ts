/** The command line through its real executable: results, files, bad input and exit codes. */
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dense, flatten, sequential, softmax } from '@convnet/convnet';
import { saveModel } from '@convnet/convnet/node';
import { encodeIdx, generateDigits } from '@convnet/mnist-io';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { greyPng } from './png.ts';
import { finished, runCli, startCli } from './run-cli.ts';

const small = ['--dataset', 'generated', '--limit', '400', '--epochs', '2'];
/** For plain loops. */
const smallest = ['--dataset', 'generated', '--limit', '100', '--epochs', '1'];

let folder: string;
let model: string;
const inFolder = (name: string) => path.join(folder, name);

/** A page of `size` × `size` pixels with a digit of the test split on it, dark on light. */
async function picture(file: string, format: 'png' | 'jpeg', index = 0): Promise<number> {
  const { images, labels } = generateDigits({ count: 20, seed: 9, split: 'test' });
  const pixels = images.pixels.slice(index * 784, (index + 1) * 784);
  const digit = sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } });
  const input = await digit.negate().resize(140).png().toBuffer();
  await sharp({ create: { width: 260, height: 200, channels: 3, background: 'white' } })
    .composite([{ input, left: 90, top: 30 }])
    .toFormat(format)
    .toFile(file);
  return labels[index]!;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convnet-cli-'));
  model = inFolder('model.safetensors');
  const { code, stderr } = await runCli(['train', ...small, '-o', model]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

afterAll(() => rm(folder, { recursive: true }));

describe('train', () => {
  test('off a terminal, prints one line an epoch and ends with the test accuracy', async () => {
    const { stdout } = await runCli(['train', ...small, '-o', inFolder('lines.safetensors')]);
    const lines = stdout.split('\n');
    const epochs = lines.filter((line) => line.startsWith('epoch '));
    expect(epochs).toHaveLength(2);
    expect(epochs[1]).toMatch(
      /^epoch 2\/2 {2}loss \d\.\d{4} {2}accuracy \d+\.\d\d % {2}\d+ images\/s$/,
    );
    const accuracies = lines.filter((line) => line.includes('accuracy'));
    expect(accuracies.at(-1)).toMatch(/^test accuracy: \d+\.\d\d %$/);
    expect(stdout).toContain(
      'data: generated digits, as asked for; 400 training and 400 test images',
    );
    expect(stdout).toContain('confusion matrix');
    expect(stdout).toContain(`model saved to ${inFolder('lines.safetensors')}`);
    expect(stdout).not.toContain('\u001b');
  });

  test('twice with one seed gives the same bytes, with another seed other ones', async () => {
    const again = inFolder('again.safetensors');
    await runCli(['train', ...small, '-o', again]);
    expect(await readFile(again)).toEqual(await readFile(model));
    await runCli(['train', ...small, '--seed', '2', '-o', again]);
    expect(await readFile(again)).not.toEqual(await readFile(model));
  });

  test('every backend learns about the same, and says which it is', async () => {
    const accuracies: number[] = [];
    for (const backend of ['relaxed', 'simd', 'reference']) {
      const output = inFolder(`${backend}.safetensors`);
      const { stdout } = await runCli([
        'train',
        ...smallest,
        '--backend',
        backend,
        '--json',
        '-o',
        output,
      ]);
      const { settings, test: tested } = JSON.parse(stdout) as {
        settings: { backend: string };
        test: { accuracy: number };
      };
      expect(settings.backend).toBe(backend);
      accuracies.push(tested.accuracy);
    }
    expect(Math.max(...accuracies) - Math.min(...accuracies)).toBeLessThanOrEqual(0.01);
  });

  test('saves nothing that depends on time, place or machine', async () => {
    const text = (await readFile(model)).toString('latin1');
    expect(text).toContain('convnet.test_accuracy');
    for (const secret of [folder, tmpdir(), process.cwd(), new Date().getFullYear().toString()]) {
      expect(text).not.toContain(secret);
    }
  });

  test('saves where later commands find it unless told otherwise', async () => {
    const env = { XDG_STATE_HOME: inFolder('state') };
    const { stdout } = await runCli(['train', ...small], env);
    expect(stdout).toContain(
      path.join('state', 'convnet', 'models', 'generated-simple.safetensors'),
    );
    for (const args of [['evaluate'], ['evaluate', '--model', 'simple']]) {
      const { code } = await runCli([...args, '--dataset', 'generated', '--limit', '100'], env);
      expect(code).toBe(0);
    }
  });

  test('without a network says that it uses generated digits, and why', async () => {
    const { stdout } = await runCli(
      ['train', '--limit', '50', '--epochs', '1', '-o', inFolder('auto.safetensors')],
      {
        XDG_CACHE_HOME: inFolder('empty'),
      },
    );
    expect(stdout).toMatch(
      /data: generated digits, because MNIST is not on this machine .*CONVNET_OFFLINE/,
    );
  });

  test('full batch, validation split, optimizer and clipping do what they say', async () => {
    const { code, stdout } = await runCli([
      ...['train', ...small, '--batch-size', 'full', '--validation-split', '0.25'],
      ...[
        '--optimizer',
        'adam',
        '--clip-norm',
        '1',
        '--schedule',
        'constant',
        '--json',
        '-q',
        '-o',
        inFolder('x.safetensors'),
      ],
    ]);
    expect(code).toBe(0);
    const { settings, epochs } = JSON.parse(stdout) as { settings: unknown; epochs: unknown[] };
    expect(settings).toMatchObject({
      batchSize: 'full',
      optimizer: 'adam',
      clipNorm: 1,
      schedule: 'constant',
      learningRate: 0.001,
    });
    expect(epochs).toHaveLength(2);
    expect(epochs[0]).toHaveProperty('valAccuracy');
  });

  test('--json prints one document on standard output, all else on standard error', async () => {
    const { stdout, stderr } = await runCli([
      'train',
      ...small,
      '--json',
      '-o',
      inFolder('j.safetensors'),
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'train',
      data: { kind: 'generated', training: 400 },
    });
    expect(stderr).toContain('epoch 1/2');
  });

  test('--quiet prints the test accuracy alone', async () => {
    const { stdout } = await runCli([
      'train',
      ...small,
      '--quiet',
      '-o',
      inFolder('q.safetensors'),
    ]);
    expect(stdout).toMatch(/^test accuracy: \d+\.\d\d %\n$/);
  });

  test('a loss that is no number ends it and saves nothing', async () => {
    const output = inFolder('diverged.safetensors');
    const { code, stderr } = await runCli(['train', ...small, '--lr', '1e30', '-o', output]);
    expect(stderr).toMatch(
      /^error: training diverged: the loss is (NaN|Infinity) after \d+ images of epoch 1; .*Lower --lr/,
    );
    expect(code).toBe(70);
    expect(await readdir(folder)).not.toContain('diverged.safetensors');
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends it with code %i and saves nothing', async (signal, code) => {
    const output = inFolder(`${signal}.safetensors`);
    const child = startCli(['train', '--dataset', 'generated', '--limit', '3000', '-o', output]);
    const end = finished(child);
    let printed = '';
    while (!printed.includes('epoch 1/5'))
      printed += String((await once(child.stdout!, 'data'))[0]);
    child.kill(signal);
    expect(await end).toMatchObject({ code, stderr: 'interrupted: nothing was saved\n' });
    expect((await readdir(folder)).filter((name) => name.startsWith(signal))).toEqual([]);
  });
});

describe('evaluate', () => {
  test('gives way to SIGTERM while the network computes', async () => {
    // On the slowest arithmetic, the answers to these images take minutes.
    const images = ['--dataset', 'generated', '--limit', '10000'];
    const args = ['evaluate', '--model', model, '--backend', 'reference', ...images];
    const child = startCli(args);
    const end = finished(child);
    let printed = '';
    while (!printed.includes('10,000 test images'))
      printed += String((await once(child.stdout!, 'data'))[0]);
    child.kill('SIGTERM');
    const { code, stdout } = await end;
    expect(code).toBe(143);
    expect(stdout).not.toContain('test accuracy');
  });

  const data = ['--dataset', 'generated', '--limit', '400', '--seed', '1'];

  test('repeats the accuracy that training measured', async () => {
    const { stdout } = await runCli(['evaluate', '--model', model, ...data, '--json']);
    const { test: tested } = JSON.parse(stdout) as { test: { accuracy: number } };
    const file = (await readFile(model)).toString('latin1');
    expect(file).toContain(`"convnet.test_accuracy":"${tested.accuracy}"`);
  });

  test('--min-accuracy is a gate', async () => {
    const passed = await runCli(['evaluate', '--model', model, ...data, '--min-accuracy', '0.5']);
    expect(passed.code).toBe(0);
    const failed = await runCli(['evaluate', '--model', model, ...data, '--min-accuracy', '1']);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/expected an accuracy of at least 100\.00 %; received \d/);
  });
});

test('a network for other images is refused', async () => {
  const other = sequential({
    name: 'tiny',
    inputShape: [8, 8, 1],
    layers: [flatten(), dense({ units: 10 }), softmax()],
  });
  const file = inFolder('tiny.safetensors');
  await saveModel(other, file);
  const evaluated = await runCli([
    'evaluate',
    '--model',
    file,
    '--dataset',
    'generated',
    '--limit',
    '5',
  ]);
  expect(evaluated).toMatchObject({
    code: 65,
    stderr:
      'error: model "tiny": expected a network from [28, 28, 1] to [10], as the data is; received one from [8, 8, 1] to [10]. Choose another model.\n',
  });
  const rows = sequential({ inputShape: [8], layers: [dense({ units: 10 }), softmax()] });
  await saveModel(rows, file);
  const predicted = await runCli(['predict', 'package.json', '--model', file]);
  expect(predicted).toMatchObject({
    code: 65,
    stderr: `error: ${file}: expected a network from images [height, width, channels] to classes; received one from [8] to [10].\n`,
  });
});

describe('predict', () => {
  test('reads PNG and JPEG files and shows all probabilities', async () => {
    const files = [inFolder('one.png'), inFolder('two.jpg')];
    await picture(files[0]!, 'png', 1);
    await picture(files[1]!, 'jpeg', 2);
    const { code, stdout } = await runCli(['predict', ...files, '--model', model]);
    expect(code).toBe(0);
    for (const file of files) expect(stdout).toContain(`${file}: `);
    expect(stdout.match(/^.*\d {2}[█·]{30} +\d+\.\d\d %$/gm)).toHaveLength(20);
  });

  test('reads standard input, and its probabilities sum to 1', async () => {
    const file = inFolder('stdin.png');
    await picture(file, 'png');
    const child = startCli(['predict', '-', '--model', model, '--json']);
    child.stdin!.end(await readFile(file));
    const { stdout } = await finished(child);
    const { predictions } = JSON.parse(stdout) as {
      predictions: { file: string; probabilities: Record<string, number> }[];
    };
    expect(predictions).toHaveLength(1);
    const sum = Object.values(predictions[0]!.probabilities).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 5);
  });
});

describe('bad input is one clear sentence, an exit code, and nothing on disk', () => {
  const train = ['train', ...small];

  test.each<[string, string[], number, RegExp]>([
    [
      'an unknown flag',
      [...train, '--epohcs', '3'],
      2,
      /unknown option '--epohcs'\n\(Did you mean --epochs\?\)/,
    ],
    [
      '--backend gpu',
      [...train, '--backend', 'gpu'],
      2,
      /Allowed choices are auto, relaxed, simd, reference/,
    ],
    ['--threads 0', [...train, '--threads', '0'], 2, /Expected a whole number from 1 to 32/],
    ['a stray argument', [...train, 'three'], 2, /too many arguments for 'train'/],
    ['an unknown verb', ['trian'], 2, /unknown command 'trian'/],
    [
      '--epochs -1',
      [...train, '--epochs', '-1'],
      2,
      /'-1' is invalid\. Expected a whole number of at least 1/,
    ],
    ['--epochs 1e3', [...train, '--epochs', '1e3'], 2, /Expected a whole number of at least 1/],
    ['--batch-size 0', [...train, '--batch-size', '0'], 2, /at least 1, or 'full'/],
    [
      '--seed x',
      [...train, '--seed', 'x'],
      2,
      /'x' is invalid\. Expected a whole number of at least 0/,
    ],
    ['--lr 0', [...train, '--lr', '0'], 2, /Expected a number above 0/],
    ['--momentum 1', [...train, '--momentum', '1'], 2, /at least 0 and below 1/],
    [
      'momentum for adam',
      [...train, '--optimizer', 'adam', '--momentum', '0.5'],
      2,
      /Add --optimizer sgd/,
    ],
    ['--validation-split 1', [...train, '--validation-split', '1'], 2, /below 1/],
    ['--model vgg', [...train, '--model', 'vgg'], 2, /Allowed choices are simple, lenet5, cnn/],
    ['--min-accuracy 98', ['evaluate', '--min-accuracy', '98'], 2, /Expected a number from 0 to 1/],
    ['no picture', ['predict'], 2, /missing required argument 'image'/],
    [
      'a missing data folder',
      ['train', '--data-dir', 'nowhere'],
      66,
      /nowhere: expected the four files of MNIST/,
    ],
    [
      'MNIST without a network',
      ['train', '--dataset', 'mnist'],
      69,
      /MNIST: CONVNET_OFFLINE=1 forbids the network/,
    ],
    [
      'a missing model',
      ['evaluate', '--model', 'nowhere.safetensors'],
      66,
      /nowhere\.safetensors: there is no such file/,
    ],
    [
      'no trained model',
      ['evaluate'],
      66,
      /expected a trained model in .*Run 'convnet train' first/,
    ],
    [
      'a model that is none',
      ['evaluate', '--model', 'package.json'],
      65,
      /package\.json: not a safetensors file/,
    ],
    ['a device as model', ['evaluate', '--model', '/dev/zero'], 66, /\/dev\/zero: .* is a device/],
    ['a device as data', ['data', 'convert', '/dev/zero', 'x.csv'], 66, /\/dev\/zero: .* a device/],
    [
      'a missing picture',
      ['predict', 'nowhere.png', '--model', '{model}'],
      66,
      /nowhere\.png: there is no such file/,
    ],
    [
      'a picture that is none',
      ['predict', 'package.json', '--model', '{model}'],
      65,
      /package\.json: expected a PNG, JPEG, /,
    ],
    [
      'a folder as picture',
      ['predict', 'packages', '--model', '{model}'],
      66,
      /packages: expected a file; it is a folder/,
    ],
    [
      'a blank picture',
      ['predict', '{blank}', '--model', '{model}'],
      65,
      /blank\.png: .*blank image/,
    ],
    [
      'a picture too large',
      ['predict', '{huge}', '--model', '{model}'],
      65,
      /huge\.png: expected a PNG, JPEG, .* picture of at most 100000000 pixels; it has/,
    ],
    ['an SVG', ['predict', '{svg}', '--model', '{model}'], 65, /page\.svg: expected a PNG, JPEG, /],
    ['a folder as output', [...train, '-o', 'packages'], 73, /packages is a folder itself/],
    [
      'an output folder that is not there',
      [...train, '-o', 'nowhere/model.safetensors'],
      73,
      /--output: expected a file in a folder that can be written to; nowhere is none \(ENOENT\)/,
    ],
  ])('%s', async (_, args, code, message) => {
    const files: Record<string, string> = { '{model}': model };
    const plain = (size: number, file: string) =>
      sharp({ create: { width: size, height: size, channels: 3, background: 'white' } })
        .png()
        .toFile(file);
    if (args.includes('{blank}')) await plain(50, (files['{blank}'] = inFolder('blank.png')));
    if (args.includes('{huge}')) {
      files['{huge}'] = inFolder('huge.png');
      await writeFile(files['{huge}'], greyPng(20_001, 5000, new Uint8Array(9)));
    }
    if (args.includes('{svg}')) {
      await writeFile(
        (files['{svg}'] = inFolder('page.svg')),
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      );
    }
    const state = inFolder('untouched');
    const env = { XDG_STATE_HOME: state, XDG_CACHE_HOME: state };
    const result = await runCli(
      args.map((arg) => files[arg] ?? arg),
      env,
    );
    expect(result.stderr).toMatch(message);
    expect(result.stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(result.code).toBe(code);
    const left = await readdir(path.join(state, 'convnet', 'models')).catch(() => []);
    expect(left).toEqual([]);
  });

  /** A folder with the four MNIST files, of which `broken` are replaced. */
  async function dataFolder(name: string, broken: Record<string, Uint8Array>): Promise<string> {
    const { images, labels } = generateDigits({ count: 30, seed: 1, split: 'train' });
    const idxImages = encodeIdx({ shape: [30, 28, 28], data: images.pixels });
    const idxLabels = encodeIdx({ shape: [30], data: labels });
    const data = inFolder(name);
    await mkdir(data);
    const files = {
      'train-images-idx3-ubyte': idxImages,
      'train-labels-idx1-ubyte': idxLabels,
      't10k-images-idx3-ubyte': idxImages,
      't10k-labels-idx1-ubyte': idxLabels,
      ...broken,
    };
    for (const [file, bytes] of Object.entries(files))
      await writeFile(path.join(data, file), bytes);
    return data;
  }

  const images = (count: number) =>
    encodeIdx({ shape: [count, 28, 28], data: new Uint8Array(count * 784) });
  const labels = (...values: number[]) =>
    encodeIdx({ shape: [values.length], data: Uint8Array.from(values) });

  test('nothing is wrong with the folder that the next tests break', async () => {
    const data = await dataFolder('sound', {});
    const { code } = await runCli([
      'train',
      '--data-dir',
      data,
      '--epochs',
      '1',
      '-o',
      inFolder('sound.safetensors'),
    ]);
    expect(code).toBe(0);
  });

  test.each<[string, Record<string, Uint8Array>, RegExp]>([
    [
      'truncated images',
      { 'train-images-idx3-ubyte': images(30).subarray(0, 9999) },
      /train-images-idx3-ubyte: .*expected/,
    ],
    [
      'oversized labels',
      { 'train-labels-idx1-ubyte': new Uint8Array([...labels(1, 2), 0]) },
      /train-labels-idx1-ubyte: .*expected/,
    ],
    [
      'labels for images',
      { 't10k-images-idx3-ubyte': labels(1, 2) },
      /t10k-images-idx3-ubyte: expected images/,
    ],
    [
      'something that is not IDX',
      { 't10k-labels-idx1-ubyte': new TextEncoder().encode('<html>Not found</html>') },
      /t10k-labels-idx1-ubyte: .*HTML/i,
    ],
    [
      'counts that differ',
      { 'train-labels-idx1-ubyte': labels(1, 2, 3) },
      /30 images and 3 labels/,
    ],
    [
      'a label out of range',
      { 't10k-labels-idx1-ubyte': labels(...new Array<number>(29).fill(1), 10) },
      /labels from 0 to 9.*received 10 for image 29/,
    ],
  ])('%s', async (name, broken, message) => {
    const data = await dataFolder(name, broken);
    const output = inFolder(`${name}.safetensors`);
    const { code, stderr } = await runCli(['train', '--data-dir', data, '-o', output]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(65);
    expect(await readdir(folder)).not.toContain(`${name}.safetensors`);
  });
});
