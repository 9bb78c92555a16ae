/** Layers that are frozen: what training leaves alone, and what still passes through them. */
import { RandomStreams, Tensor } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
  adam,
  batchNormalization,
  conv2d,
  decodeModel,
  dense,
  dropout,
  encodeModel,
  flatten,
  l2,
  layerNormalization,
  relu,
  separableConv2d,
  sequential,
  softmax,
  type Layer,
  type Model,
} from '../src/index.ts';
import { checkModelGradients } from '../src/testing/index.ts';

const random = new RandomStreams(1).stream('trainable test');
const x = Tensor.zeros([24, 6, 6, 2]);
for (let i = 0; i < x.size; i++) x.data[i] = random.normal(1, 2);
const labels = Array.from({ length: 24 }, () => random.integer(3));

/** Convolutions and normalisations, then a classifier. */
function network(dtype?: 'float64'): Model {
  const regularized = { kernelRegularizer: l2(0.1) };
  const model = sequential({
    inputShape: [6, 6, 2],
    layers: [
      conv2d({ filters: 4, kernelSize: 3, ...regularized, name: 'first' }),
      batchNormalization({ name: 'normalised' }),
      relu(),
      separableConv2d({ filters: 4, kernelSize: 2, activation: 'tanh', name: 'second' }),
      layerNormalization({ name: 'levelled' }),
      flatten(),
      dropout({ rate: 0.2 }),
      dense({ units: 3, ...regularized, name: 'classifier' }),
      softmax(),
    ],
    seed: 1,
    ...(dtype && { dtype }),
  });
  return model;
}

function freeze(model: Model, names: readonly string[]): void {
  for (const name of names) model.getLayer(name).trainable = false;
  model.compile({ optimizer: adam({ learningRate: 0.01 }), loss: 'sparseCategoricalCrossentropy' });
}

const numbersOf = ({ parameters, state }: Layer): number[][] =>
  [...parameters, ...state].map(({ value }) => [...value.data]);

describe.each<string[]>([
  ['first', 'normalised', 'second', 'levelled'],
  ['second'],
  ['normalised'],
  ['first', 'classifier'],
])('frozen: %s, %s, %s, %s', (...names: (string | undefined)[]) => {
  const frozen = names.filter((name) => name !== undefined);

  test('training leaves weights and running statistics as they are, and changes all others', async () => {
    const model = network();
    freeze(model, frozen);
    const before = model.layers.map(numbersOf);
    await model.fit(x, labels, { epochs: 2, batchSize: 8 });
    for (const [i, layer] of model.layers.entries()) {
      if (numbersOf(layer).length === 0) continue;
      if (frozen.includes(layer.name)) expect(numbersOf(layer)).toEqual(before[i]);
      else
        for (const [j, numbers] of numbersOf(layer).entries())
          expect(numbers).not.toEqual(before[i]![j]);
    }
  });

  test('gradients of the others are right, also of the input', () => {
    const model = network('float64');
    freeze(model, frozen);
    const { failures, tensors } = checkModelGradients({ model, batchSize: 4, coordinates: 50 });
    expect(failures).toEqual([]);
    const checked = tensors.map(({ name }) => name);
    expect(checked).toContain('input');
    for (const name of frozen) expect(checked).not.toContain(`${name}.weight`);
  });
});

test('a penalty of frozen weights is no part of the loss', async () => {
  const free = network();
  freeze(free, []);
  const model = network();
  freeze(model, ['first', 'classifier']);
  const penalty = ['first', 'classifier']
    .map((name) => model.getLayer(name).parameters[0]!.value.data)
    .flatMap((data) => [...data])
    .reduce((sum, theta) => sum + 0.1 * theta * theta, 0);
  const [with_, without] = [await free.evaluate(x, labels), await model.evaluate(x, labels)];
  expect(with_.loss - without.loss).toBeCloseTo(penalty, 5);
});

test('a change takes effect when the model is compiled again, and not before', async () => {
  const model = network();
  freeze(model, ['first']);
  model.getLayer('second').trainable = false;
  await expect(model.fit(x, labels)).rejects.toThrow(
    'separableConv2d "second" trainable: expected what it was when the model was compiled; received false. Call compile() again.',
  );
  const optimizer = adam();
  const compile = (): void => {
    model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy' });
  };
  compile();
  await model.fit(x, labels);
  for (const layer of model.layers) layer.trainable = true;
  compile();
  const before = numbersOf(model.getLayer('second'));
  await model.fit(x, labels);
  expect(numbersOf(model.getLayer('second'))).not.toEqual(before);
});

test('it is saved with the model, and counted by its summary', () => {
  const model = network();
  freeze(model, ['first', 'normalised']);
  const loaded = decodeModel(encodeModel(model));
  expect(loaded.layers.map(({ trainable }) => trainable)).toEqual(
    model.layers.map(({ trainable }) => trainable),
  );
  expect(encodeModel(loaded)).toEqual(encodeModel(model));
  const lines: string[] = [];
  model.summary({ printFn: (line) => lines.push(line) });
  // 76 of the convolution, and 16 of the normalisation.
  expect(lines.join('\n')).toContain('(92 not trainable)');
  expect(network().config()).not.toHaveProperty('layers.0.trainable');
});

test('nothing to train is no error', async () => {
  const model = network();
  freeze(
    model,
    model.layers.map(({ name }) => name),
  );
  const before = model.getWeights();
  await model.fit(x, labels, { epochs: 1 });
  expect(model.getWeights()).toEqual(before);
});
