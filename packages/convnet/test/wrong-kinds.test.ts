/**
 * Values that TypeScript would not let through, from JavaScript, JSON or another copy of a package:
 * they work where their meaning is clear, and else are refused by a short message that says what to do.
 */
import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import {
  ConvnetError,
  createPreset,
  decodeModel,
  dense,
  earlyStopping,
  encodeModel,
  layers,
  loadWeights,
  reshape,
  sequential,
  softmax,
  Tensor,
  topKAccuracy,
  type Sequential,
} from '../src/index.ts';

const wrong = (value: unknown): never => value as never;

function network(): Sequential {
  const model = sequential({
    inputShape: [4],
    layers: [dense({ units: 3 }), softmax()],
    seed: 1,
  });
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  return model;
}

const x = Tensor.from([
  [1, 2, 3, 4],
  [4, 3, 2, 1],
]);
const cycle: unknown[] = [];
cycle.push(cycle);

/** Whoever walks through it does not come back. */
const endless = new Array<number>(2 ** 32 - 1);

const calls: readonly (readonly [string, () => unknown, string])[] = [
  [
    'an unknown loss',
    () => {
      network().compile({ optimizer: 'sgd', loss: wrong('crossentropy') });
    },
    'compile loss: expected one of binaryCrossentropy, ',
  ],
  [
    'an unknown optimizer',
    () => {
      network().compile({ optimizer: wrong('lion'), loss: 'huber' });
    },
    'compile optimizer: expected one of adam, ',
  ],
  [
    'a shape without an end',
    () => layers.input({ shape: endless }),
    "input shape: expected the sizes of one sample's axes, such as [28, 28, 1]; received a list",
  ],
  [
    'a target shape without an end',
    () => reshape({ targetShape: endless }),
    'reshape targetShape: expected a list of sizes; received a list',
  ],
  [
    'a tensor whose shape has no end',
    () => Tensor.zeros(endless),
    'Tensor.zeros: expected a shape, a list of at most 64 sizes; received a list',
  ],
  [
    'a symbol for a number',
    () => topKAccuracy({ k: wrong(Symbol('k')) }),
    'topKAccuracy k: expected a whole number of at least 1; received Symbol(k).',
  ],
  [
    'a name that all objects have',
    () => {
      network().compile({ optimizer: wrong('toString'), loss: 'huber' });
    },
    'received "toString"',
  ],
  [
    'a loss that was not called',
    () => {
      network().compile({ optimizer: 'sgd', loss: wrong(() => 0) });
    },
    'compile loss: expected one of',
  ],
  [
    'an unknown metric',
    () => {
      network().compile({
        optimizer: 'sgd',
        loss: 'sparseCategoricalCrossentropy',
        metrics: [wrong('acc')],
      });
    },
    'compile metrics: expected one of accuracy, ',
  ],
  [
    'an unknown preset',
    () => createPreset(wrong('resnet')),
    'createPreset: expected one of simple, lenet5, cnn; received "resnet".',
  ],
  [
    'predict of numbers',
    () => network().predict(wrong(new Float32Array(784))),
    'received Float32Array of 784. Numbers become a tensor',
  ],
  [
    'predict of lists',
    () => network().predict(wrong([[1, 2, 3, 4]])),
    'received [[1,2,3,4]]. Numbers become',
  ],
  ['predict of nothing', () => network().predict(wrong(undefined)), 'received undefined.'],
  ['predict of a circle', () => network().predict(wrong(cycle)), 'received a list of 1.'],
  ['fit of lists', () => network().fit(wrong([[1]]), [0]), 'fit: expected samples, as a tensor'],
  [
    'targets that are no list',
    () => network().fit(x, wrong(new Map())),
    'labels: expected a list of class numbers; received Map.',
  ],
  [
    'targets that are texts',
    () => network().fit(x, wrong(['0', '1'])),
    'labels[0]: expected a class from 0 to 2; received "0".',
  ],
  [
    'targets that are BigInts',
    () => network().fit(x, wrong(BigInt64Array.of(0n, 1n))),
    'received 0n.',
  ],
  [
    'a callback that was not called',
    () => network().fit(x, [0, 1], { callbacks: [wrong(earlyStopping)] }),
    'received the function earlyStopping.',
  ],
  [
    'callbacks that are no list',
    () => network().fit(x, [0, 1], { callbacks: wrong({}) }),
    'fit callbacks: expected a list',
  ],
  [
    'class weights in a Map',
    () => network().fit(x, [0, 1], { classWeight: wrong(new Map()) }),
    'fit classWeight: expected an object or a list',
  ],
  [
    'epochs as text',
    () => network().fit(x, [0, 1], { epochs: wrong('3') }),
    'fit epochs: expected a whole number of at least 1; received "3".',
  ],
  [
    'a model of no bytes',
    () => decodeModel(wrong('model.safetensors')),
    'decodeModel: expected bytes, as a Uint8Array or ArrayBuffer; received "model.safetensors".',
  ],
  ['weights of no bytes', () => loadWeights(network(), wrong({})), 'loadWeights: expected bytes'],
  [
    'a tensor of lists',
    () => new Tensor(wrong([1, 2]), [2]),
    'Tensor data: expected a Float32Array or Float64Array; received [1,2].',
  ],
  [
    'a tensor of bytes',
    () => new Tensor(wrong(Uint8Array.of(1)), [1]),
    'received Uint8Array of 1.',
  ],
  [
    'swapped arguments of a tensor',
    () => new Tensor(wrong([1000, 1000]), wrong(new Float32Array(1e6))),
    'Tensor: expected a shape, a list of at most 64 sizes; received Float32Array of 1000000.',
  ],
  [
    'a long list for a shape',
    () => new Tensor(new Float32Array(1), new Array<number>(1e5).fill(2)),
    'Tensor: expected a shape, a list of at most 64 sizes; received a list of 100000.',
  ],
  [
    'texts in a tensor',
    () => Tensor.from(wrong([['1', '2']])),
    'Tensor.from: expected lists of numbers; received "1" at depth 2.',
  ],
  [
    'a gap in a tensor',
    () => Tensor.from(wrong([[1, undefined, 3]])),
    'received undefined at depth 2.',
  ],
  ['a text for a tensor', () => Tensor.from(wrong('12')), 'received "12" at depth 0.'],
];

test.each(calls)('%s is refused in words', async (_, call, words) => {
  const error: unknown = await Promise.resolve()
    .then(call)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  expect(error).toBeInstanceOf(ConvnetError);
  expect((error as ConvnetError).message).toContain(words);
  expect((error as ConvnetError).message.length).toBeLessThan(1000);
});

describe('what comes from elsewhere works', () => {
  test('a Float32Array of another realm is float32', () => {
    const data = runInNewContext('Float32Array.of(1, 2, 3, 4)') as Float32Array;
    const foreign = new Tensor(data, [1, 4]);
    expect(foreign.dtype).toBe('float32');
    expect(network().predict(foreign).data).toEqual(network().predict(x.rows(0, 1)).data);
  });

  test('a tensor of another copy of the package is a tensor', async () => {
    const { Tensor: OtherTensor } = createRequire(import.meta.url)(
      '../../tensor/dist/index.cjs',
    ) as {
      readonly Tensor: typeof Tensor;
    };
    const foreign = new OtherTensor(x.data, x.shape);
    expect(foreign).not.toBeInstanceOf(Tensor);
    expect(network().predict(wrong(foreign)).data).toEqual(network().predict(x).data);
    await network().fit(wrong(foreign), [0, 1]);
  });

  test('a model in an ArrayBuffer is decoded', () => {
    const bytes = encodeModel(network());
    const { buffer } = bytes.slice();
    expect(decodeModel(buffer).predict(x).data).toEqual(network().predict(x).data);
  });
});

describe('one training at a time', () => {
  test('a second fit, and a compile, are refused until the first has ended', async () => {
    const model = network();
    const first = model.fit(x, [0, 1], { epochs: 3 });
    await expect(model.fit(x, [0, 1])).rejects.toThrow(
      'fit: expected no training of sequential; fit() goes on. Await it first.',
    );
    expect(() => {
      model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    }).toThrow('compile: expected no training of sequential');
    const { history } = await first;
    expect(history.loss).toHaveLength(3);
    await model.fit(x, [0, 1]);
  });

  test('a fit that failed does not lock the model', async () => {
    const model = network();
    await expect(model.fit(x, [0, 7])).rejects.toThrow('received 7');
    await model.fit(x, [0, 1]);
  });
});

describe('sample weights', () => {
  const weights = [1, 2, 3, 0.5];
  const four = Tensor.from([
    [1, 2, 3, 4],
    [4, 3, 2, 1],
    [1, 1, 1, 1],
    [0, 1, 0, 1],
  ]);
  const labels = [0, 1, 2, 0];

  /** Σ weight · −log p[label] / N, as Keras has it. */
  function weightedLoss(model: Sequential, first: number): number {
    const probabilities = model.predict(four).data;
    const losses = labels.map((label, n) => -weights[n]! * Math.log(probabilities[3 * n + label]!));
    return losses.slice(first).reduce((sum, loss) => sum + loss, 0) / (4 - first);
  }

  test('count in evaluate', async () => {
    const model = network();
    const { loss } = await model.evaluate(four, labels, { sampleWeight: weights });
    expect(loss).toBeCloseTo(weightedLoss(model, 0), 5);
  });

  test('count in the validation split, and in validation data that has them', async () => {
    const model = network();
    const split = await model.fit(four, labels, { sampleWeight: weights, validationSplit: 0.5 });
    expect(split.history['valLoss']![0]).toBeCloseTo(weightedLoss(model, 2), 5);
    const given = await model.fit(four, labels, { validationData: [four, labels, weights] });
    expect(given.history['valLoss']![0]).toBeCloseTo(weightedLoss(model, 0), 5);
  });
});
