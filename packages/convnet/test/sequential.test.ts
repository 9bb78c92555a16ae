/** How networks are put together, described and refused. */
import { describe, expect, test } from 'vitest';
import {
  conv2d,
  createPreset,
  dense,
  dropout,
  flatten,
  maxPooling2d,
  presets,
  relu,
  sequential,
  softmax,
  sparseCategoricalCrossentropy,
  type Layer,
  type PresetName,
} from '../src/index.ts';

const image = (...layers: Layer[]) => sequential({ inputShape: [8, 8, 3], layers });

describe('sequential', () => {
  test('names layers by kind, around the names that were given', () => {
    const model = image(
      conv2d({ filters: 1, kernelSize: 1 }),
      conv2d({ filters: 1, kernelSize: 1, name: 'conv1' }),
      conv2d({ filters: 1, kernelSize: 1, name: 'eyes' }),
      conv2d({ filters: 1, kernelSize: 1 }),
    );
    expect(model.layers.map(({ name }) => name)).toEqual(['conv2', 'conv1', 'eyes', 'conv3']);
  });

  test.each<[string, () => unknown, string]>([
    ['no layers', () => image(), 'expected at least one layer'],
    ['a name twice', () => image(relu({ name: 'a' }), relu({ name: 'a' })), 'received "a" twice'],
    ['a name with a dot', () => image(relu({ name: 'a.b' })), 'expected letters, digits and _'],
    [
      'dense on images',
      () => image(dense({ units: 2 })),
      'dense "dense1": expected input [N, units]; received [N, 8, 8, 3]. Put flatten() before it.',
    ],
    [
      'conv2d on vectors',
      () => image(flatten(), conv2d({ filters: 1, kernelSize: 1 })),
      'conv2d "conv1": expected input [N, H, W, C]; received [N, 192].',
    ],
    ['softmax on images', () => image(softmax()), 'softmax "softmax1": expected input [N, units]'],
    [
      'a kernel too large',
      () => image(conv2d({ filters: 1, kernelSize: 9 })),
      "Use a smaller window or padding: 'same'.",
    ],
    [
      'an input of size 0',
      () => sequential({ inputShape: [0], layers: [relu()] }),
      'sequential inputShape: expected a whole number of at least 1; received 0.',
    ],
    [
      'a bad seed',
      () => sequential({ inputShape: [1], layers: [relu()], seed: -1 }),
      'seed: expected',
    ],
    [
      'filters 0',
      () => conv2d({ filters: 0, kernelSize: 1 }),
      'conv2d filters: expected a whole number of at least 1; received 0.',
    ],
    [
      'kernelSize [3]',
      () => conv2d({ filters: 1, kernelSize: [3] as unknown as [number, number] }),
      'conv2d kernelSize: expected one number or [height, width]; received [3].',
    ],
    [
      'padding full',
      () => maxPooling2d({ padding: 'full' as 'same' }),
      `maxPooling2d padding: expected one of valid, same; received "full".`,
    ],
    [
      'rate 1',
      () => dropout({ rate: 1 }),
      'dropout rate: expected a number of at least 0 and below 1; received 1.',
    ],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('a layer belongs to one model', () => {
    const shared = relu();
    image(shared);
    expect(() => image(shared)).toThrow('is part of a model already');
    expect(() => relu().parameters).not.toThrow();
    expect(() => relu({ name: 'lost' }).outputShape).toThrow(
      'relu "lost" is not part of a model yet.',
    );
  });

  test('the loss must fit the last layer', () => {
    const loss = 'sparseCategoricalCrossentropy';
    expect(() => {
      image(flatten(), dense({ units: 2 })).compile({ optimizer: 'adam', loss });
    }).toThrow('expects the model to end with softmax(); it ends with dense "dense1"');
    expect(() => {
      image(flatten(), softmax()).compile({
        optimizer: 'adam',
        loss: sparseCategoricalCrossentropy({ fromLogits: true }),
      });
    }).toThrow('Leave out fromLogits');
  });

  test('prints a summary', () => {
    const lines: string[] = [];
    createPreset('simple').summary({ printFn: (line) => void lines.push(line) });
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "Model "simple"
      ───────────────────────────────────────────────────────────────────────
      Layer               Output           Parameters  Multiply-adds   Memory
      ───────────────────────────────────────────────────────────────────────
      input               [N, 28, 28, 1]
      conv1 (conv2d)      [N, 26, 26, 16]         160         97,344  43.9 kB
      relu1 (relu)        [N, 26, 26, 16]           0              0  43.3 kB
      flatten1 (flatten)  [N, 10816]                0              0      0 B
      dense1 (dense)      [N, 10]             108,170        108,160   433 kB
      softmax1 (softmax)  [N, 10]                   0              0     40 B
      ───────────────────────────────────────────────────────────────────────
      Total: 108,330 parameters, 205,504 multiply-adds per sample
      Memory: 433 kB of parameters, 86.6 kB of outputs per sample"
    `);
  });
});

describe('dropout', () => {
  test('drops its share in training, keeps the mean, and rests in inference', async () => {
    const { Tensor } = await import('../src/index.ts');
    const model = sequential({ inputShape: [10_000], layers: [dropout({ rate: 0.25 })] });
    const ones = Tensor.zeros([1, 10_000]);
    ones.data.fill(1);
    const first = model.forward(ones, true).clone();
    const dropped = first.data.filter((value: number) => value === 0).length;
    expect(Math.abs(dropped - 2500)).toBeLessThan(150);
    expect(Math.max(...first.data)).toBeCloseTo(4 / 3, 6);
    expect(model.forward(ones, true).data).not.toEqual(first.data);
    expect(model.forward(ones, false).data).toEqual(ones.data);
  });
});

test.each<PresetName>(['simple', 'lenet5', 'cnn'])('%s takes a number of classes', (name) => {
  expect(createPreset(name, { classCount: 47 }).outputShape).toEqual([47]);
  expect(() => createPreset(name, { classCount: 0 })).toThrow(/dense units/);
});

test.each<[PresetName, number]>([
  ['simple', 108_330],
  ['lenet5', 61_706],
  ['cnn', 34_826],
])('preset %s has %i parameters', (name, count) => {
  const model = createPreset(name);
  expect(model.countParams()).toBe(count);
  expect(model.outputShape).toEqual([10]);
  expect(presets[name].training.epochs).toBeLessThanOrEqual(5);
});
