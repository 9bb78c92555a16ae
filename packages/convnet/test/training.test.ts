/** Training, evaluation and prediction of small networks. */
import { Tensor } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
  adam,
  cosineDecay,
  createKernels,
  dense,
  encodeModel,
  flatten,
  sequential,
  sgd,
  softmax,
  type FitOptions,
  type Kernels,
  type Optimizer,
  type Training,
} from '../src/index.ts';
import { stripes, stripesNetwork } from './stripes.ts';

function oneHot(labels: Uint8Array): Tensor {
  const targets = Tensor.zeros([labels.length, 2]);
  labels.forEach((label, n) => (targets.data[2 * n + label] = 1));
  return targets;
}

const network = (seed = 1, rate = 0, optimizer?: Optimizer) =>
  stripesNetwork({ seed, rate, ...(optimizer && { optimizer }) });

const weights = (model: { parameters: { value: Tensor }[] }) =>
  model.parameters.flatMap(({ value }) => [...value.data]);

const train = stripes(200);
const held = stripes(100, 2);

describe('fit', () => {
  test('learns, and reports what it does', async () => {
    const model = network();
    const calls: string[] = [];
    const { epoch, history } = await model.fit(train.x, train.labels, {
      epochs: 6,
      batchSize: 16,
      validationData: [held.x, held.labels],
      callbacks: [
        {
          onTrainBegin: () => void calls.push('begin'),
          onEpochBegin: (number) => void calls.push(`epoch ${number}`),
          onBatchEnd: (batch, { samplesSeen, samplesPerEpoch }) => {
            if (batch === 12) calls.push(`${samplesSeen}/${samplesPerEpoch}`);
          },
          onEpochEnd: async (number, logs) => {
            await Promise.resolve();
            calls.push(`end ${number} ${logs['valAccuracy'] !== undefined}`);
          },
          onTrainEnd: () => void calls.push('end'),
        },
      ],
    });
    expect(epoch).toEqual([0, 1, 2, 3, 4, 5]);
    expect(history.loss.at(-1)).toBeLessThan(history.loss[0]! / 2);
    expect(history['valAccuracy']!.at(-1)).toBeGreaterThan(0.95);
    expect(calls.slice(0, 5)).toEqual(['begin', 'epoch 0', '200/200', 'end 0 true', 'epoch 1']);
    expect(calls.at(-1)).toBe('end');
    const { loss, accuracy } = await model.evaluate(held.x, held.labels);
    expect(loss).toBeCloseTo(history['valLoss']!.at(-1)!, 12);
    expect(accuracy).toBe(history['valAccuracy']!.at(-1));
  });

  test('the same seed gives the same bytes, another one does not', async () => {
    const trained = async (seed: number) => {
      const model = network(seed, 0.3);
      await model.fit(train.x, train.labels, { epochs: 2, batchSize: 16 });
      return encodeModel(model);
    };
    const first = await trained(7);
    expect(await trained(7)).toEqual(first);
    expect(await trained(8)).not.toEqual(first);
  });

  test('one-hot targets train exactly as class numbers do', async () => {
    const sparse = network();
    const explicit = network();
    explicit.compile({ optimizer: adam({ learningRate: 0.01 }), loss: 'categoricalCrossentropy' });
    await sparse.fit(train.x, train.labels, { epochs: 2 });
    await explicit.fit(train.x, oneHot(train.labels), { epochs: 2 });
    const [a, b] = [weights(sparse), weights(explicit)];
    a.forEach((weight, i) => {
      expect(weight).toBeCloseTo(b[i]!, 5);
    });
  });

  test('fromLogits on a network without softmax trains exactly as softmax does', async () => {
    const layers = () => [flatten(), dense({ units: 2 })];
    const withSoftmax = sequential({ inputShape: [6, 6, 1], layers: [...layers(), softmax()] });
    const without = sequential({ inputShape: [6, 6, 1], layers: layers() });
    const { sparseCategoricalCrossentropy } = await import('../src/index.ts');
    withSoftmax.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    without.compile({
      optimizer: 'sgd',
      loss: sparseCategoricalCrossentropy({ fromLogits: true }),
    });
    await withSoftmax.fit(train.x, train.labels);
    await without.fit(train.x, train.labels);
    expect(weights(without)).toEqual(weights(withSoftmax));
  });

  test('full batch takes one step per epoch, over all samples', async () => {
    const many = stripes(600); // more than are in memory at once
    const full = network(1, 0, sgd({ learningRate: 0.1 }));
    let batches = 0;
    await full.fit(many.x, many.labels, {
      batchSize: 'full',
      callbacks: [{ onBatchEnd: () => void (batches += 1) }],
    });
    expect(batches).toBe(1);

    // The mean gradient of 600 samples is the mean of the gradients of 3 × 200, at the same weights.
    const expected = weights(network()).map(() => 0);
    const initial = weights(network());
    for (let part = 0; part < 3; part++) {
      const piece = network(1, 0, sgd({ learningRate: 0.1 }));
      const x = many.x.rows(part * 200, 200);
      await piece.fit(x, many.labels.subarray(part * 200, (part + 1) * 200), { batchSize: 200 });
      weights(piece).forEach((weight, i) => (expected[i]! += (weight - initial[i]!) / 3));
    }
    weights(full).forEach((weight, i) => {
      expect(weight - initial[i]!).toBeCloseTo(expected[i]!, 6);
    });
  });

  test('every parameter trains, the bias of the convolution included', async () => {
    const model = network();
    const before = model.parameters.map(({ value }) => value.data.slice());
    await model.fit(train.x, train.labels, { batchSize: 100 });
    model.parameters.forEach(({ value }, p) => {
      expect(value.data).not.toEqual(before[p]);
    });
  });

  test('validationSplit takes the last samples and leaves them out of training', async () => {
    const seen = new Set<number>();
    const source = {
      sampleCount: 10,
      sampleShape: [6, 6, 1],
      readSamples(indices: Uint32Array) {
        for (const index of indices) seen.add(index);
      },
    };
    const model = network();
    let trainedOn: number[] = [];
    const { history } = await model.fit(source, train.labels.subarray(0, 10), {
      validationSplit: 0.3,
      callbacks: [{ onBatchEnd: () => void (trainedOn = [...seen]) }],
    });
    expect(trainedOn.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(seen.size).toBe(10);
    expect(history['valLoss']).toHaveLength(1);
  });

  test('without shuffling, samples come in their order; with it, each epoch has another', async () => {
    const order = async (options: FitOptions) => {
      const seen: number[] = [];
      const readSamples = (indices: Uint32Array) => void seen.push(...indices);
      const source = { sampleCount: 20, sampleShape: [6, 6, 1], readSamples };
      await network().fit(source, train.labels.subarray(0, 20), { batchSize: 7, ...options });
      return seen;
    };
    const inOrder = Array.from({ length: 20 }, (_, i) => i);
    expect(await order({ shuffle: false })).toEqual(inOrder);
    const two = await order({ epochs: 2 });
    const [first, second] = [two.slice(0, 20), two.slice(20)];
    expect(first).not.toEqual(inOrder);
    expect(second).not.toEqual(first);
    expect([...first].sort((a, b) => a - b)).toEqual(inOrder);
  });

  test('an AbortSignal ends it after the current batch', async () => {
    const controller = new AbortController();
    let batches = 0;
    const training = network().fit(train.x, train.labels, {
      epochs: 100,
      batchSize: 10,
      signal: controller.signal,
      callbacks: [
        {
          onBatchEnd: () => {
            if (++batches === 3) controller.abort(new Error('enough'));
          },
        },
      ],
    });
    await expect(training).rejects.toThrow('enough');
    expect(batches).toBe(3);
    await expect(
      network().fit(train.x, train.labels, { signal: controller.signal }),
    ).rejects.toThrow('enough');
  });

  test('does not block timers for long', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    // By processor time: it stands still while this process waits for others on a busy machine.
    const began = process.cpuUsage();
    const passed = (): number => {
      const { user, system } = process.cpuUsage(began);
      return (user + system) / 1000;
    };
    let training: Training | undefined;
    await network().fit(train.x, train.labels, {
      epochs: 1_000_000,
      callbacks: [
        {
          onTrainBegin: (begun) => void (training = begun),
          onEpochEnd() {
            if (passed() > 600) training!.stop();
          },
        },
      ],
    });
    clearInterval(timer);
    expect(ticks).toBeGreaterThanOrEqual(Math.floor(passed() / 250));
  });

  test.each<[string, () => Promise<unknown>, string | RegExp]>([
    [
      'epochs 0',
      () => network().fit(train.x, train.labels, { epochs: 0 }),
      'fit epochs: expected a whole number of at least 1; received 0.',
    ],
    [
      'batchSize 1.5',
      () => network().fit(train.x, train.labels, { batchSize: 1.5 }),
      'fit batchSize',
    ],
    [
      'validationSplit 1',
      () => network().fit(train.x, train.labels, { validationSplit: 1 }),
      'below 1; received 1',
    ],
    [
      'nothing left to train on',
      () => network().fit(train.x, train.labels, { validationSplit: 0.999 }),
      'leaves none to train on',
    ],
    [
      'counts that differ',
      () => network().fit(train.x, held.labels),
      'received 200 samples and 100 targets',
    ],
    [
      'no samples',
      () => network().fit(Tensor.zeros([0, 6, 6, 1]), []),
      'expected samples; received none',
    ],
    [
      'another shape',
      () => network().fit(Tensor.zeros([2, 5, 6, 1]), [0, 1]),
      'fit: expected input [N, 6, 6, 1]; received [2, 5, 6, 1].',
    ],
    [
      'a label out of range',
      () => network().fit(train.x.rows(0, 2), [0, 2]),
      'labels[1]: expected a class from 0 to 1; received 2.',
    ],
    [
      'one-hot for sparse',
      () => network().fit(train.x, oneHot(train.labels)),
      "For one-hot targets use 'categoricalCrossentropy'",
    ],
    [
      'evaluate batchSize 0',
      () => network().evaluate(train.x, train.labels, { batchSize: 0 }),
      'evaluate batchSize',
    ],
  ])('refuses %s', async (_, run, message) => {
    await expect(run()).rejects.toThrow(message);
  });

  test('needs compile', async () => {
    const model = sequential({ inputShape: [4], layers: [dense({ units: 2 }), softmax()] });
    expect(() => model.compiled).toThrow('Call model.compile({ optimizer, loss }) first.');
    await expect(model.evaluate(Tensor.zeros([1, 4]), [0])).rejects.toThrow('is not compiled');
  });
});

test('evaluating again and again takes no more memory of the kernels', async () => {
  let made = 0;
  const real = createKernels('simd');
  const counting = Object.assign(Object.create(real) as Kernels, {
    createTensor(...of: Parameters<Kernels['createTensor']>) {
      made++;
      return real.createTensor(...of);
    },
    createIndices(length: number) {
      made++;
      return real.createIndices(length);
    },
  });
  const layers = [flatten(), dense({ units: 2 }), softmax()];
  const model = sequential({ inputShape: [6, 6, 1], layers, kernels: counting });
  for (const loss of ['sparseCategoricalCrossentropy', 'categoricalCrossentropy'] as const) {
    model.compile({ optimizer: 'sgd', loss });
    const targets = loss === 'categoricalCrossentropy' ? oneHot(held.labels) : held.labels;
    await model.evaluate(held.x, targets);
    const before = made;
    for (let i = 0; i < 5; i++) await model.evaluate(held.x, targets);
    expect(made).toBe(before);
  }
});

describe('predict', () => {
  test("a sample's bits do not depend on the batch", () => {
    const model = network(1, 0.5);
    const all = model.predict(held.x);
    expect(all.shape).toEqual([100, 2]);
    expect(model.predict(held.x, { batchSize: 7 }).data).toEqual(all.data);
    expect(model.predict(held.x.rows(42, 1)).data).toEqual(all.rows(42, 1).data);
  });

  test('gives probabilities, and takes no samples for an answer', () => {
    const { data } = network().predict(held.x.rows(0, 1));
    expect(data[0]! + data[1]!).toBeCloseTo(1, 6);
    expect(network().predict(Tensor.zeros([0, 6, 6, 1])).shape).toEqual([0, 2]);
  });

  test('refuses inputs of another shape', () => {
    expect(() => network().predict(Tensor.zeros([6, 6]))).toThrow(
      'predict: expected input [N, 6, 6, 1]; received [6, 6].',
    );
  });
});

describe('optimizers', () => {
  const options = { learningRate: 0.1 };
  const lengthOfStep = async (optimizer: Optimizer) => {
    const model = network(1, 0, optimizer);
    const before = model.parameters.map(({ value }) => value.data.slice());
    await model.fit(train.x, train.labels, { batchSize: 'full' });
    return model.parameters.map(({ value }, p) =>
      Math.hypot(...Array.from(value.data, (weight, i) => weight - before[p]![i]!)),
    );
  };

  test('clipNorm limits each gradient, globalClipNorm all together', async () => {
    const free = await lengthOfStep(sgd(options));
    const each = await lengthOfStep(sgd({ ...options, clipNorm: 0.01 }));
    const together = await lengthOfStep(sgd({ ...options, globalClipNorm: 0.01 }));
    free.forEach((length, p) => {
      expect(each[p]).toBeCloseTo(Math.min(length, 0.001), 6);
      expect(together[p]! / length).toBeCloseTo(together[0]! / free[0]!, 3);
    });
    expect(Math.hypot(...together)).toBeCloseTo(0.001, 6);
  });

  test('a learning rate may be a function of the step', () => {
    const rate = cosineDecay({ learningRate: 0.2, decaySteps: 10 });
    expect([0, 5, 10, 20].map((step) => rate(step))).toEqual(
      [0.2, 0.1, 0, 0].map((r) => expect.closeTo(r, 12) as number),
    );
    expect(sgd({ learningRate: rate }).learningRate).toBe(0.2);
    expect(() => sgd({ learningRate: () => NaN }).learningRate).toThrow('learningRate: expected');
  });

  test.each([
    ['learningRate', () => sgd({ learningRate: -1 })],
    ['learningRate', () => adam({ learningRate: Infinity })],
    ['sgd momentum', () => sgd({ momentum: 1 })],
    ['adam beta1', () => adam({ beta1: 1 })],
    ['adam epsilon', () => adam({ epsilon: -1 })],
    ['clipNorm', () => sgd({ clipNorm: 0 })],
    ['globalClipNorm', () => adam({ globalClipNorm: NaN })],
    ['cosineDecay decaySteps', () => cosineDecay({ learningRate: 1, decaySteps: 0 })],
  ])('refuses an impossible %s', (where, make) => {
    expect(make).toThrow(new RegExp(`^${where}: expected a (finite )?number`));
  });
});
