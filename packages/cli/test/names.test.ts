/** Names from files, through the real executable: nothing in them acts on a terminal or a log. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPreset } from '@convnet/convnet';
import { saveModel } from '@convnet/convnet/node';
import { DIGIT_CLASS_NAMES, encodeIdx, generateDigits } from '@convnet/mnist-io';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { greyPng } from './png.ts';
import { runCli } from './run-cli.ts';
import { writeSmallFiles } from './small-files.ts';

/** A title sequence, a colour, line breaks of two kinds, a C1 sequence and a turned direction. */
const HOSTILE = 'x\u001b]0;pwned\u0007\u001b[35m\r\nERROR: fake\u2028\u009b2J\u202egnp';
const SPELLED =
  'x\\u001b]0;pwned\\u0007\\u001b[35m\\u000d\\u000aERROR: fake\\u2028\\u009b2J\\u202egnp';

const PICTURE = 'digit\u001b]0;pwned\u0007.png';

/** What acts on a terminal, but for line feeds and the colours that the program uses itself. */
const ACTIVE = /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
const OWN_COLOURS = /\u001b\[(1|2|22|31|32|39)m/g; // eslint-disable-line no-control-regex -- colours are

const folders: string[] = [];
let folder: string;
const inFolder = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convnet-names-'));
  folders.push(folder);
  const model = createPreset('simple', { seed: 1 });
  model.info = { classNames: [HOSTILE, ...DIGIT_CLASS_NAMES.slice(1)], trainedOn: HOSTILE };
  // The name of a network is fixed when it is made; here a file has another.
  Object.defineProperty(model, 'name', { value: HOSTILE });
  await saveModel(model, inFolder('hostile.safetensors'));
  const { pixels } = generateDigits({ count: 1, seed: 2, split: 'test' }).images;
  const lines = new Uint8Array(28 * 29);
  for (let y = 0; y < 28; y++) lines.set(pixels.subarray(y * 28, (y + 1) * 28), y * 29 + 1);
  await writeFile(inFolder(PICTURE), greyPng(28, 28, lines));
  await writeSmallFiles('mnist', folder);
  const classes = [HOSTILE, ...DIGIT_CLASS_NAMES.slice(1)];
  await writeFile(inFolder('mnist/dataset.json'), JSON.stringify({ classes }));
});
afterAll(() => Promise.all(folders.map((one) => rm(one, { recursive: true }))));

test.each<[string, string, string[]]>([
  ['NO_COLOR', 'predict', ['{picture}']],
  ['FORCE_COLOR', 'predict', ['{picture}']],
  ['FORCE_COLOR', 'evaluate', ['--data', '{folder}/mnist']],
])('with %s: %s', async (colours, command, args) => {
  const places = args.map((argument) =>
    argument.replace('{picture}', inFolder(PICTURE)).replace('{folder}', folder),
  );
  const model = ['--model', inFolder('hostile.safetensors')];
  const { code, stdout, stderr } = await runCli([command, ...places, ...model], { [colours]: '1' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(SPELLED);
  const isPainted = colours === 'FORCE_COLOR';
  expect(isPainted ? stdout.replace(OWN_COLOURS, '') : stdout).not.toMatch(ACTIVE);
});

test('the document of --json has the names, spelled as JSON does', async () => {
  const picture = inFolder(PICTURE);
  const model = inFolder('hostile.safetensors');
  const { stdout, stderr } = await runCli(['predict', '--json', '--model', model, picture]);
  expect(`${stdout}${stderr}`).not.toMatch(ACTIVE);
  const { predictions } = JSON.parse(stdout) as {
    predictions: { file: string; probabilities: Record<string, number> }[];
  };
  expect(predictions[0]!.file).toBe(picture);
  expect(Object.keys(predictions[0]!.probabilities).sort()).toEqual(
    [HOSTILE, ...DIGIT_CLASS_NAMES.slice(1)].sort(),
  );
});

test('an error', async () => {
  const args = ['predict', '-', '--model', HOSTILE];
  const { code, stdout, stderr } = await runCli(args, { FORCE_COLOR: '1' });
  expect({ code, stdout }).toEqual({ code: 66, stdout: '' });
  expect(stderr).toContain(SPELLED);
  expect(stderr).not.toMatch(ACTIVE);
});

describe('class names of a data set', () => {
  async function writeSet(...names: string[]): Promise<string> {
    const set = await mkdtemp(path.join(tmpdir(), 'convnet-names-'));
    folders.push(set);
    await mkdir(path.join(set, 'in'));
    const labels = Uint8Array.of(0, 1);
    const files = {
      'train-images-idx3-ubyte': encodeIdx({ shape: [2, 2, 2], data: new Uint8Array(8) }),
      'train-labels-idx1-ubyte': encodeIdx({ shape: [2], data: labels }),
      'dataset.json': JSON.stringify({ classes: names }),
    };
    for (const [name, content] of Object.entries(files)) {
      await writeFile(path.join(set, 'in', name), content);
    }
    return set;
  }

  test('are spelled out', async () => {
    const set = await writeSet('cat\u001b[2J', 'dog\u202e');
    const args = ['data', 'convert', path.join(set, 'in'), path.join(set, 'out.npz')];
    const { code, stdout } = await runCli(args);
    expect(code).toBe(0);
    expect(stdout).toContain('cat\\u001b[2J');
    expect(stdout).toContain('dog\\u202e');
    expect(stdout).not.toMatch(ACTIVE);
  });

  test('are refused if two are equal: by name, one would hide the other', async () => {
    const set = await writeSet('cat', 'cat');
    const args = ['data', 'convert', path.join(set, 'in'), path.join(set, 'out.npz')];
    const { code, stderr } = await runCli(args);
    expect(stderr).toMatch(/expected class names that differ; received "cat" twice/);
    expect(code).toBe(65);
  });
});
