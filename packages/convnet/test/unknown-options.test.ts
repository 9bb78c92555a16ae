/** Options that nobody knows are refused, with the name that was probably meant. */
import { createKernels, type Kernels } from '@convnet/tensor';
import { expect, test } from 'vitest';
import * as convnet from '../src/index.ts';
import { encodeOnnx } from '../src/onnx/index.ts';
import { backupAndRestore, csvLogger, modelCheckpoint } from '../src/node/index.ts';

const { dense, layers, sequential, softmax, Tensor } = convnet;

const kernels: Kernels = convnet.referenceKernels;
const x = Tensor.from([
  [1, 2],
  [2, 1],
]);

function model(): convnet.Sequential {
  const made = sequential({ inputShape: [2], layers: [dense({ units: 2 }), softmax()], kernels });
  made.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  return made;
}

/** What JavaScript may pass. */
const wrong = (options: object): never => options as never;

test.each<[where: string, meant: string, call: () => unknown]>([
  ['fit', 'epochs', () => model().fit(x, [0, 1], wrong({ epoch: 3 }))],
  ['fit', 'batchSize', () => model().fit(x, [0, 1], wrong({ batch_size: 3 }))],
  ['evaluate', 'batchSize', () => model().evaluate(x, [0, 1], wrong({ bs: 3 }))],
  ['trainOnBatch', 'sampleWeight', () => model().trainOnBatch(x, [0, 1], wrong({ sample: [1] }))],
  ['predict', 'batchSize', () => model().predict(x, wrong({ batchsize: 3 }))],
  ['predictAsync', 'onProgress', () => model().predictAsync(x, wrong({ progress: 3 }))],
  [
    'compile',
    'optimizer',
    () => {
      model().compile(wrong({ optimiser: 'sgd' }));
    },
  ],
  ['sequential', 'inputShape', () => sequential(wrong({ input_shape: [2], layers: [] }))],
  ['createPreset', 'classCount', () => convnet.createPreset('simple', wrong({ classes: 2 }))],
  ['conv2d', 'strides', () => layers.conv2d(wrong({ filters: 1, kernelSize: 3, stride: 2 }))],
  ['dense', 'useBias', () => dense(wrong({ units: 1, bias: false }))],
  [
    'separableConv2d',
    'filters',
    () => layers.separableConv2d(wrong({ filters: 1, kernelSize: 3, fliters: 1 })),
  ],
  ['maxPooling2d', 'poolSize', () => layers.maxPooling2d(wrong({ pool: 2 }))],
  ['relu', 'name', () => layers.relu(wrong({ names: 'x' }))],
  ['adam', 'learningRate', () => convnet.adam(wrong({ lr: 0.1 }))],
  ['adamW', 'weightDecay', () => convnet.adamW(wrong({ decay: 0.1 }))],
  ['sgd', 'momentum', () => convnet.sgd(wrong({ Momentum: 0.9 }))],
  ['cosineDecay', 'decaySteps', () => convnet.cosineDecay(wrong({ learningRate: 1, steps: 9 }))],
  ['EarlyStopping', 'patience', () => convnet.earlyStopping(wrong({ patient: 2 }))],
  ['ModelCheckpoint', 'filepath', () => modelCheckpoint(wrong({ file: 'x', filePath: 'x' }))],
  ['BackupAndRestore', 'backupDir', () => backupAndRestore(wrong({ backup_dir: 'x' }))],
  ['CSVLogger', 'append', () => csvLogger('x', wrong({ apend: true }))],
  ['regularizer', 'l2', () => convnet.l1l2(wrong({ L2: 1 }))],
  ['createKernels', 'threads', () => createKernels('reference', wrong({ thread: 1 }))],
  [
    'decodeModel',
    'layers',
    () => convnet.decodeModel(convnet.encodeModel(model()), wrong({ layer: [] })),
  ],
  ['encodeOnnx', 'exporters', () => encodeOnnx(model(), wrong({ exporter: {} }))],
])('%s means %s', async (where, meant, call) => {
  const error: unknown = await Promise.resolve()
    .then(call)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  expect(error).toBeInstanceOf(convnet.OptionError);
  const { message } = error as convnet.OptionError;
  expect(message).toMatch(new RegExp(`^${where} option: expected one of .*; received ".*"\\.`));
  expect(message).toContain(` Did you mean ${meant}?`);
});

test('an option that is undefined is none', () => {
  expect(dense(wrong({ units: 1, unit: undefined })).config()).toMatchObject({ units: 1 });
});

test('a name that is like none of the others is refused without a guess', () => {
  expect(() => convnet.huber(wrong({ zzz: 1 }))).toThrow(/received "zzz"\.$/);
});
