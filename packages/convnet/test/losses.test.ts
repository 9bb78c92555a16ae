/** Losses: their gradients, what they accept, and networks that are trained with them. */
import { describe, expect, test } from 'vitest';
import {
  adam,
  binaryCrossentropy,
  categoricalCrossentropy,
  dense,
  flatten,
  huber,
  math,
  meanAbsoluteError,
  meanSquaredError,
  outputLoss,
  recall,
  referenceKernels,
  sequential,
  sigmoid,
  softmax,
  sparseCategoricalCrossentropy,
  Tensor,
  type Layer,
  type Loss,
  type Sequential,
  type Training,
} from '../src/index.ts';
import { Workspace } from '../src/layers/workspace.ts';
import { sumOf } from '../src/losses/loss.ts';
import { checkGradients, checkModelGradients } from '../src/testing/index.ts';
import { stripes } from './stripes.ts';

const draw = (tensor: Tensor, next: () => number) => {
  for (let i = 0; i < tensor.size; i++) tensor.data[i] = next();
};

const losses = {
  binaryCrossentropy,
  categoricalCrossentropy,
  meanSquaredError,
  sparseCategoricalCrossentropy,
};

test('binary cross-entropy is right where a logit is infinite', () => {
  const logits = Tensor.from([[Infinity], [-Infinity], [Infinity], [-Infinity]], 'float64');
  const targets = Tensor.from([[1], [0], [0], [1]], 'float64');
  const loss = binaryCrossentropy();
  const prepared = loss.prepare(targets, 1);
  const room = prepared.makeRoom(new Workspace(referenceKernels, 'float64'), 4);
  prepared.pick(Uint32Array.of(0, 1, 2, 3), room);
  const [each, dLogits] = [Tensor.zeros([4], 'float64'), Tensor.zeros([4, 1], 'float64')];
  loss.compute(referenceKernels, logits, room, each, dLogits, 1);
  expect([...each.data]).toEqual([0, 0, Infinity, Infinity]);
  expect([...dLogits.data]).toEqual([0, 0, 1, -1]);
});

test.each(Object.entries(losses))('%s has the right gradient', (name, make) => {
  const logits = Tensor.zeros([4, 6], 'float64');
  const dLogits = Tensor.zeros([4, 6], 'float64');
  const targets = Tensor.zeros([4, 6], 'float64');
  const labels = [0, 0, 0, 0];
  const workspace = new Workspace(referenceKernels, 'float64');
  const loss = make();
  const lossSum = (gradient: Tensor | null): number => {
    const prepared = loss.prepare(name === 'sparseCategoricalCrossentropy' ? labels : targets, 6);
    const room = prepared.makeRoom(workspace, 4);
    prepared.pick(Uint32Array.of(0, 1, 2, 3), room);
    const losses = Tensor.zeros([4], 'float64');
    loss.compute(referenceKernels, logits, room, losses, gradient, 0.25);
    return sumOf(losses.data);
  };
  const report = checkGradients({
    tensors: [{ name: 'logits', value: logits, gradient: () => dLogits }],
    draw(random) {
      draw(logits, () => random.normal(0, 2));
      labels.forEach((_, n) => (labels[n] = random.integer(6)));
      draw(targets, () => random.uniform());
      for (let n = 0; n < 4; n++) {
        const row = targets.rows(n, 1).data;
        const sum = Array.from(row).reduce((total, share) => total + share);
        row.set(row.map((share) => share / sum));
      }
    },
    value: () => 0.25 * lossSum(null),
    backward: () => void lossSum(dLogits),
    branches: () => [],
  });
  expect(report.failures).toEqual([]);
});

const train = stripes(200);
const held = stripes(100, 2);

/** Of stripes; without a pooling, since the phase of the stripes is part of some targets. */
function network(last: readonly Layer[], loss: Loss, dtype?: 'float64'): Sequential {
  const metrics = loss.activation ? (['accuracy'] as const) : [];
  const model = sequential({
    inputShape: [6, 6, 1],
    layers: [flatten(), dense({ units: 16, activation: 'tanh' }), ...last],
    seed: 1,
    ...(dtype && { dtype }),
  });
  model.compile({ optimizer: adam({ learningRate: 0.01 }), loss, metrics });
  return model;
}

/** For each image: whether its stripes are columns, and whether its corner is light. */
function truths({ x, labels }: { readonly x: Tensor; readonly labels: Uint8Array }): Tensor {
  const targets = Tensor.zeros([labels.length, 2]);
  labels.forEach((label, n) => {
    targets.data[2 * n] = label;
    targets.data[2 * n + 1] = x.data[36 * n]! > 0.5 ? 1 : 0;
  });
  return targets;
}

describe('binaryCrossentropy', () => {
  test('teaches one output to say yes or no, from a list', async () => {
    const model = network([dense({ units: 1 }), sigmoid()], binaryCrossentropy());
    const { history } = await model.fit(train.x, train.labels, { epochs: 15, batchSize: 20 });
    expect(history.loss.at(-1)).toBeLessThan(history.loss[0]! / 2);
    const { accuracy } = await model.evaluate(held.x, held.labels);
    expect(accuracy).toBeGreaterThan(0.9);
    const answers = model.predict(held.x).data;
    const right = answers.filter((p, n) => p > 0.5 === (held.labels[n] === 1)).length;
    expect(right / answers.length).toBe(accuracy);
  });

  test('teaches several outputs that may be true together, and counts each', async () => {
    const model = network([dense({ units: 2, activation: 'sigmoid' })], binaryCrossentropy());
    await model.fit(train.x, truths(train), { epochs: 15, batchSize: 20 });
    const targets = truths(held);
    const { accuracy } = await model.evaluate(held.x, targets);
    expect(accuracy).toBeGreaterThan(0.9);
    const answers = model.predict(held.x).data;
    const right = answers.filter((p, i) => p > 0.5 === targets.data[i]! > 0.5).length;
    expect(right / answers.length).toBe(accuracy);
  });

  test('shows metrics two classes, no and yes', async () => {
    const model = network([dense({ units: 1 }), sigmoid()], binaryCrossentropy());
    const [yes, no] = [recall({ classId: 1, name: 'yes' }), recall({ classId: 0, name: 'no' })];
    model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: [yes, no] });
    await model.fit(train.x, train.labels, { epochs: 3 });
    const answers = model.predict(held.x).data;
    const foundOf = (label: number) => {
      const own = answers.filter((_, n) => held.labels[n] === label);
      return own.filter((p) => (p > 0.5 ? 1 : 0) === label).length / own.length;
    };
    const measured = await model.evaluate(held.x, held.labels);
    expect(measured).toMatchObject({ yes: foundOf(1), no: foundOf(0) });
  });

  test('is the same from logits, and exact where a probability is tiny', async () => {
    const [probabilities, logits] = [
      network([dense({ units: 1 }), sigmoid()], binaryCrossentropy()),
      network([dense({ units: 1 })], binaryCrossentropy({ fromLogits: true })),
    ];
    for (const model of [probabilities, logits]) await model.fit(train.x, train.labels);
    expect(logits.parameters.map(({ value }) => value.data)).toEqual(
      probabilities.parameters.map(({ value }) => value.data),
    );
    const losses = referenceKernels.createTensor([1], 'float32');
    const scores = new Tensor(Float32Array.of(-80), [1, 1]);
    const target = new Tensor(Float32Array.of(1), [1, 1]);
    binaryCrossentropy().compute(referenceKernels, scores, target, losses, null, 1);
    expect(losses.data[0]).toBe(80);
  });

  test('smooths labels towards one half', () => {
    const prepared = binaryCrossentropy({ labelSmoothing: 0.2 }).prepare([0, 1], 1);
    const room = prepared.makeRoom(new Workspace(referenceKernels, 'float64'), 2) as Tensor;
    prepared.pick(Uint32Array.of(1, 0), room);
    expect([...room.data]).toEqual([0.9, 0.1]);
  });

  test('weighs its two classes, if there is one output', async () => {
    const model = network([dense({ units: 1 }), sigmoid()], binaryCrossentropy());
    await model.fit(train.x, train.labels, { epochs: 3, classWeight: { 1: 100 } });
    const answers = model.predict(held.x).data;
    expect(answers.filter((p) => p > 0.5).length).toBeGreaterThan(95);
    const two = network([dense({ units: 2 }), sigmoid()], binaryCrossentropy());
    await expect(two.fit(train.x, truths(train), { classWeight: [1, 2] })).rejects.toThrow(
      'Weigh samples by sampleWeight',
    );
  });
});

describe('meanSquaredError', () => {
  test('teaches numbers, and goes without metrics', async () => {
    const model = network([dense({ units: 1 })], meanSquaredError());
    const slants = Float32Array.from(train.labels, (label) => 30 * label - 12);
    const { history } = await model.fit(train.x, slants, { epochs: 60, batchSize: 20 });
    expect(history.loss[0]).toBeGreaterThan(100);
    expect(history.loss.at(-1)).toBeLessThan(10);
    const wanted = Float32Array.from(held.labels, (label) => 30 * label - 12);
    const evaluation = await model.evaluate(held.x, wanted);
    expect(Object.keys(evaluation)).toEqual(['loss']);
    const { loss } = evaluation;
    const answers = model.predict(held.x).data;
    const squares = Array.from(answers, (answer, n) => (answer - wanted[n]!) ** 2);
    expect(loss).toBeCloseTo(squares.reduce((sum, square) => sum + square) / 100, 4);
  });

  test('refuses metrics of right and wrong', async () => {
    const model = network([dense({ units: 1 })], meanSquaredError());
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics: ['accuracy'] });
    await expect(model.fit(train.x, Array.from(train.labels))).rejects.toThrow(
      'fit: expected a loss that tells right answers from wrong ones, for the metric accuracy; received meanSquaredError.',
    );
  });

  test('goes on from a checkpoint', async () => {
    const targets = Array.from(train.labels);
    const whole = network([dense({ units: 1 })], meanSquaredError());
    let checkpoint: Uint8Array | undefined;
    let training: Training | undefined;
    const { history } = await whole.fit(train.x, targets, {
      epochs: 2,
      callbacks: [
        {
          onTrainBegin: (begun) => void (training = begun),
          onSettled: ({ epoch, batch }) => {
            if (epoch === 1 && batch === 2) checkpoint = training!.checkpoint();
          },
        },
      ],
    });
    const resumed = network([dense({ units: 1 })], meanSquaredError());
    const options = { epochs: 2, resumeFrom: checkpoint! };
    const after = await resumed.fit(train.x, targets, options);
    expect(after.history).toEqual(history);
    expect(resumed.getWeights()).toEqual(whole.getWeights());
  });

  test('judges the output of any layer', () => {
    const model = network([dense({ units: 2 }), softmax()], meanSquaredError(), 'float64');
    expect(model.compiled.loss.prepare(truths(train), 2).count).toBe(200);
    const batch = { model: network([dense({ units: 1 })], meanSquaredError(), 'float64') };
    expect(checkModelGradients(batch).failures).toEqual([]);
  });

  test('weighs samples', async () => {
    const fit = async (sampleWeight: readonly number[], targets: readonly number[]) => {
      const model = network([dense({ units: 1 })], meanSquaredError());
      await model.fit(train.x, targets, { sampleWeight, shuffle: false });
      return model.parameters.map(({ value }) => value.data);
    };
    const half = Array.from({ length: 200 }, (_, n) => n % 2);
    // What counts for nothing may be anything.
    const odd = half.map((weight) => 3 + 100 * (1 - weight));
    expect(await fit(half, odd)).toEqual(await fit(half, new Array<number>(200).fill(3)));
  });
});

describe('losses of numbers that forgive outliers', () => {
  /** The loss of answers 0 for these targets, by a network that does nothing. */
  async function lossOf(loss: Loss, targets: readonly number[]): Promise<number> {
    const model = sequential({ inputShape: [1], layers: [dense({ units: 1, useBias: false })] });
    model.compile({ optimizer: 'sgd', loss });
    const evaluation = await model.evaluate(Tensor.zeros([targets.length, 1]), targets);
    return evaluation.loss;
  }

  test('meanAbsoluteError is the mean size of the differences', async () => {
    expect(await lossOf(meanAbsoluteError(), [1, -3, 0])).toBeCloseTo(4 / 3, 6);
    const model = network([dense({ units: 1 })], meanAbsoluteError(), 'float64');
    expect(checkModelGradients({ model }).failures).toEqual([]);
  });

  test('huber squares small differences and takes the size of large ones', async () => {
    // As PyTorch's HuberLoss and Keras' Huber compute them.
    expect(await lossOf(huber(), [0.5, -3])).toBeCloseTo((0.125 + 2.5) / 2, 6);
    expect(await lossOf(huber({ delta: 2 }), [1, -3])).toBeCloseTo((0.5 + 4) / 2, 6);
    for (const delta of [0.1, 1]) {
      const model = network([dense({ units: 1 })], huber({ delta }), 'float64');
      expect(checkModelGradients({ model }).failures).toEqual([]);
    }
    expect(() => huber({ delta: 0 })).toThrow('huber delta: expected a finite number above 0');
  });

  test('they are chosen by name, too', async () => {
    for (const loss of ['meanAbsoluteError', 'huber'] as const) {
      const model = sequential({ inputShape: [6, 6, 1], layers: [flatten(), dense({ units: 1 })] });
      model.compile({ optimizer: 'adam', loss });
      const { history } = await model.fit(train.x, [...train.labels], { epochs: 5 });
      expect(history.loss.at(-1)).toBeLessThan(history.loss[0]!);
    }
  });
});

test('a loss of your own is two expressions', async () => {
  const logCosh = outputLoss({
    name: 'logCosh',
    value: ({ output, target }) => {
      const d = output.minus(target);
      return math.log(
        math
          .exp(d)
          .plus(math.exp(d.times(-1)))
          .times(0.5),
      );
    },
    slope: ({ output, target }) => math.tanh(output.minus(target)),
  });
  const model = network([dense({ units: 1 })], logCosh, 'float64');
  expect(checkModelGradients({ model }).failures).toEqual([]);
  const { history } = await model.fit(train.x, train.labels, { epochs: 10 });
  expect(history.loss.at(-1)).toBeLessThan(history.loss[0]! / 4);
});

test.each<[string, Layer[], Loss, Tensor | number[], RegExp]>([
  [
    'yes and no beyond 1',
    [dense({ units: 1 }), sigmoid()],
    binaryCrossentropy(),
    [0, 2],
    /from 0 to 1.*sample 1, output 0, is 2/,
  ],
  [
    'a number that is none',
    [dense({ units: 1 })],
    meanSquaredError(),
    [NaN, 0],
    /finite numbers.*sample 0, output 0, is NaN/,
  ],
  [
    'too many columns',
    [dense({ units: 2 })],
    meanSquaredError(),
    Tensor.zeros([2, 3]),
    /\[N, 2\].*received \[2, 3\]/,
  ],
  [
    'a list for two outputs',
    [dense({ units: 2 })],
    meanSquaredError(),
    [1, 2],
    /\[N, 2\].*received \[2, 1\]/,
  ],
])('targets that do not fit are refused: %s', async (_, last, loss, targets, message) => {
  const model = network(last, loss);
  await expect(model.fit(Tensor.zeros([2, 6, 6, 1]), targets)).rejects.toThrow(message);
});

test('networks that do not fit are refused', () => {
  expect(() => network([dense({ units: 1 })], binaryCrossentropy())).toThrow('Add sigmoid()');
  expect(() => network([dense({ units: 2 }), softmax()], binaryCrossentropy())).toThrow(
    'to end with sigmoid(); it ends with softmax "softmax1"',
  );
  const fromLogits = binaryCrossentropy({ fromLogits: true });
  expect(() => network([dense({ units: 1 }), sigmoid()], fromLogits)).toThrow(
    'Leave out fromLogits',
  );
});
