/** Files and folders that a caller names: what is wrong with them is said, and before training. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  CheckpointError,
  decodeModel,
  dense,
  encodeModel,
  loadWeights,
  ModelFileError,
  referenceKernels,
  sequential,
  sgd,
  softmax,
  Tensor,
  type Callback,
  type Model,
} from '../src/index.ts';
import {
  backupAndRestore,
  csvLogger,
  FileWriteError,
  loadModel,
  modelCheckpoint,
} from '../src/node/index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'convnet-files-given-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const x = Tensor.from([
  [1, 2],
  [2, 1],
]);

function network(learningRate = 0.1, seed = 1): Model {
  const layers = [dense({ units: 2 }), softmax()];
  const model = sequential({ inputShape: [2], layers, seed, kernels: referenceKernels });
  return compiled(model, learningRate);
}

function compiled(model: Model, learningRate = 0.1): Model {
  const loss = 'sparseCategoricalCrossentropy';
  model.compile({ optimizer: sgd({ learningRate }), loss });
  return model;
}

const bytes = (text: string): Uint8Array =>
  Uint8Array.from(text.padEnd(64, 'x'), (character) => character.charCodeAt(0));

describe('files of other programs', () => {
  test.each([
    ['a zip archive', 'PK\x03\x04\x14\0\x08\x08'],
    ['a Python pickle', '\x80\x02\x8a\nl\xfc\x9c\x46'],
    ['an HDF5 file', '\x89HDF\r\n\x1a\n'],
    ['an ONNX model', '\x08\x07\x12\x07pytorch'],
  ])('%s is named, with what to do', async (what, start) => {
    const file = path.join(folder, 'other');
    writeFileSync(file, bytes(start));
    const message = new RegExp(`It is ${what}.*safetensors\\.torch\\.save_file`);
    await expect(loadModel(file)).rejects.toThrow(ModelFileError);
    await expect(loadModel(file)).rejects.toThrow(message);
    expect(() => loadWeights(network(), bytes(start))).toThrow(message);
  });

  test('a file that is not there is an error of ours', async () => {
    const missing = loadModel(path.join(folder, 'none.safetensors'));
    await expect(missing).rejects.toThrow(ModelFileError);
    await expect(missing).rejects.toThrow(
      'none.safetensors: there is no such file. Check the path.',
    );
  });
});

describe('places that cannot be written to are refused before training', () => {
  const missing = path.join(folder, 'missing', 'file');
  const file = path.join(folder, 'a-file');
  writeFileSync(file, '');
  const taken = path.join(folder, 'a-folder');
  mkdirSync(taken);

  test.each<[string, Callback]>([
    ['modelCheckpoint', modelCheckpoint({ filepath: missing })],
    ['modelCheckpoint with placeholders', modelCheckpoint({ filepath: `${missing}-{epoch}` })],
    ['modelCheckpoint at a folder', modelCheckpoint({ filepath: taken })],
    ['csvLogger', csvLogger(missing)],
    ['backupAndRestore', backupAndRestore({ backupDir: path.join(file, 'backup') })],
  ])('%s', async (_, callback) => {
    const model = network();
    const before = encodeModel(model);
    await expect(model.fit(x, [0, 1], { callbacks: [callback] })).rejects.toThrow(FileWriteError);
    expect(encodeModel(model)).toEqual(before);
  });
});

describe('a training that goes on', () => {
  async function checkpointOf(model: Model): Promise<Uint8Array> {
    let checkpoint: Uint8Array | undefined;
    const callback: Callback = {
      onTrainBegin(training) {
        checkpoint = training.checkpoint();
      },
    };
    await model.fit(x, [0, 1], { callbacks: [callback] });
    return checkpoint!;
  }

  test('is refused with another learning rate than that of its optimizer', async () => {
    const checkpoint = await checkpointOf(network(0.1));
    const other = network(0.01).fit(x, [0, 1], { resumeFrom: checkpoint });
    await expect(other).rejects.toThrow(CheckpointError);
    await expect(other).rejects.toThrow(
      'expected the learning rate of the training that was interrupted, 0.1; this training has 0.01.',
    );
    await network(0.1).fit(x, [0, 1], { resumeFrom: checkpoint });
  });

  test('takes a loaded model with the seed that it had', async () => {
    const checkpoint = await checkpointOf(network(0.1, 7));
    const kernels = referenceKernels;
    const unseeded = compiled(decodeModel(checkpoint, { kernels }));
    await expect(unseeded.fit(x, [0, 1], { resumeFrom: checkpoint })).rejects.toThrow(
      'a loaded model takes it by decodeModel(bytes, { seed })',
    );
    const seeded = compiled(decodeModel(checkpoint, { kernels, seed: 7 }));
    await seeded.fit(x, [0, 1], { resumeFrom: checkpoint });
    expect(seeded.seed).toBe(7);
  });
});
