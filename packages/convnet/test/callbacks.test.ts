/** Callbacks, weights of samples and classes, and metrics, in real training. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OptionError, Tensor } from '@convnet/tensor';
import { afterAll, describe, expect, test } from 'vitest';
import {
  adam,
  cosineDecay,
  decodeModel,
  dense,
  earlyStopping,
  lambdaCallback,
  Layer,
  learningRateScheduler,
  NonFiniteError,
  precision,
  recall,
  reduceLROnPlateau,
  sequential,
  sgd,
  softmax,
  sparseCategoricalCrossentropy,
  terminateOnNaN,
  topKAccuracy,
  type Callback,
  type Signal,
} from '../src/index.ts';
import { csvLogger, modelCheckpoint } from '../src/node/index.ts';
import { stripes, stripesNetwork } from './stripes.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'convnet-callbacks-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const data = stripes(64);
const copyOf = (model: { parameters: readonly { value: Tensor }[] }) =>
  model.parameters.map(({ value }) => value.data.slice());

/** Gives the logs made-up values of a log `score`. */
const scores = (values: readonly number[]) => ({
  name: 'score',
  countsFor: () => 1,
  add: () => undefined,
  value: () => values[Math.min(epochNow, values.length - 1)]!,
});
let epochNow = 0;
const counting: Callback = { onEpochBegin: (epoch) => void (epochNow = epoch) };

async function fitWith(callback: Callback, values: readonly number[], optimizer = sgd()) {
  const model = stripesNetwork({ optimizer });
  model.compile({
    optimizer,
    loss: 'sparseCategoricalCrossentropy',
    metrics: [scores(values)],
  });
  const weights: Float64Array[][] = [];
  const rates: number[] = [];
  const keeping: Callback = {
    onEpochEnd() {
      weights.push(copyOf(model) as unknown as Float64Array[]);
      rates.push(optimizer.learningRate);
    },
  };
  const { epoch } = await model.fit(data.x, data.labels, {
    epochs: values.length,
    callbacks: [counting, callback, keeping],
  });
  return { model, epochs: epoch.length, weights, rates };
}

describe('EarlyStopping', () => {
  test('ends after `patience` epochs without a better value, with the best weights', async () => {
    const early = earlyStopping({
      monitor: 'score',
      mode: 'min',
      patience: 2,
      restoreBestWeights: true,
    });
    const { model, epochs, weights } = await fitWith(early, [5, 3, 4, 4, 2, 1]);
    expect(epochs).toBe(4);
    expect(early).toMatchObject({ bestEpoch: 1, stoppedEpoch: 3 });
    expect(copyOf(model)).toEqual(weights[1]);
  });

  test('restores the best weights also when all epochs are done, and when training fails', async () => {
    const options = {
      monitor: 'score',
      mode: 'max',
      patience: 9,
      restoreBestWeights: true,
    } as const;
    const { model, weights, epochs } = await fitWith(earlyStopping(options), [1, 9, 2, 3]);
    expect(epochs).toBe(4);
    expect(copyOf(model)).toEqual(weights[1]);

    const failing = stripesNetwork();
    let best: unknown;
    const fitting = failing.fit(data.x, data.labels, {
      epochs: 9,
      callbacks: [
        earlyStopping({ monitor: 'loss', mode: 'max', patience: 9, restoreBestWeights: true }),
        {
          onEpochEnd(epoch) {
            if (epoch === 0) best = copyOf(failing);
            if (epoch === 3) throw new Error('gone wrong');
          },
        },
      ],
    });
    await expect(fitting).rejects.toThrow('gone wrong');
    expect(copyOf(failing)).toEqual(best);
  });

  test('minDelta, baseline and startFromEpoch are Keras’', async () => {
    const run = async (options: object, values: number[]) =>
      (await fitWith(earlyStopping({ monitor: 'score', mode: 'min', ...options }), values)).epochs;
    expect(await run({ patience: 1, minDelta: 0.5 }, [3, 2.8, 2.6, 2.4])).toBe(2);
    expect(await run({ patience: 2, baseline: 1 }, [4, 3, 2, 2, 2])).toBe(4);
    expect(await run({ patience: 1, startFromEpoch: 2 }, [1, 2, 3, 4, 5])).toBe(4);
    expect(await run({}, [3, 2, 2, 1])).toBe(3);
  });

  test('says which logs there are', async () => {
    const model = stripesNetwork();
    const fitting = model.fit(data.x, data.labels, { callbacks: [earlyStopping()] });
    await expect(fitting).rejects.toThrow(/expected one of loss, accuracy; received "valLoss"/);
    expect(() => earlyStopping({ patience: -1 })).toThrow(OptionError);
  });
});

describe('learning rates', () => {
  test('LearningRateScheduler sets the rate of each epoch', async () => {
    const scheduler = learningRateScheduler((epoch, rate) => (epoch === 0 ? rate : rate / 2));
    const { rates } = await fitWith(scheduler, [1, 1, 1], sgd({ learningRate: 0.8 }));
    expect(rates).toEqual([0.8, 0.4, 0.2]);
  });

  test('ReduceLROnPlateau lowers it, waits, and stops at minLr', async () => {
    const plateau = reduceLROnPlateau({
      monitor: 'score',
      mode: 'min',
      factor: 0.5,
      patience: 2,
      cooldown: 1,
      minLr: 0.3,
    });
    const values = [5, 4, 4, 4, 4, 4, 4, 4];
    const { rates } = await fitWith(plateau, values, sgd({ learningRate: 1 }));
    // The rate seen by the callback that follows, after each epoch.
    expect(rates).toEqual([1, 1, 1, 0.5, 0.5, 0.3, 0.3, 0.3]);
  });

  test('neither goes with a schedule of the optimizer', async () => {
    const learningRate = cosineDecay({ learningRate: 0.1, decaySteps: 10 });
    const scheduler = learningRateScheduler(() => 1);
    await expect(fitWith(scheduler, [1], sgd({ learningRate }))).rejects.toThrow(OptionError);
  });
});

/** Passes its input on, and from one step on NaN: forward or backward. */
class Poison extends Layer {
  override readonly type = 'poison';
  override readonly namePrefix = 'poison';
  calls = 0;

  constructor(readonly where: 'forward' | 'backward') {
    super(undefined);
  }

  protected override connect([input]: readonly [Signal]): Signal {
    return input;
  }

  #pass(x: Tensor, where: string): Tensor {
    const [N, ...sample] = x.shape;
    const output = this.workspace.tensor(where, N!, sample);
    const factor = this.workspace.tensor(`factor ${where}`, N!, sample);
    factor.data.fill(where === this.where ? NaN : 1);
    this.kernels.elementwise({ x, factor }, (at) => ({ output: at.x.times(at.factor) }), {
      output,
    });
    return output;
  }

  override forward([input]: readonly [Tensor]): Tensor {
    return this.#pass(input, 'forward');
  }

  override backward(dOutput: Tensor): readonly [Tensor] {
    return [this.#pass(dOutput, 'backward')];
  }

  protected override options(): Record<string, unknown> {
    return {};
  }
}

describe('TerminateOnNaN', () => {
  const inputShape = [36];
  const flat = new Tensor(data.x.data, [64, 36]);

  test.each(['forward', 'backward'] as const)(
    'names a layer that gives NaN going %s, within one step',
    async (where) => {
      const layers = [dense({ units: 4 }), new Poison(where), dense({ units: 2 }), softmax()];
      const model = sequential({ inputShape, layers });
      model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
      const before = copyOf(model);
      let batches = 0;
      const error = await model
        .fit(flat, data.labels, {
          callbacks: [terminateOnNaN(), { onBatchBegin: () => void (batches += 1) }],
        })
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(NonFiniteError);
      const tensor = where === 'forward' ? 'output' : 'gradient of input';
      expect((error as NonFiniteError).found).toMatchObject({ layer: 'poison1', tensor });
      expect((error as Error).message).toContain(`the ${tensor} of layer "poison1" is NaN`);
      expect(batches).toBe(1);
      expect(copyOf(model)).toEqual(before);
    },
  );

  test.each([0, 1, 2, 3])('names parameter %d when it is NaN', async (which) => {
    const model = stripesNetwork();
    const { value, name } = model.parameters[which]!;
    value.data[0] = NaN;
    const layer = model.layers.find(({ parameters }) =>
      parameters.some((parameter) => parameter.value === value),
    )!;
    const fitting = model.fit(data.x, data.labels, { callbacks: [terminateOnNaN()] });
    await expect(fitting).rejects.toMatchObject({ found: { layer: layer.name, tensor: name } });
  });

  test('names the first layer when the inputs are not finite', async () => {
    const x = new Tensor(data.x.data.slice(), data.x.shape);
    x.data[100] = Infinity;
    const fitting = stripesNetwork().fit(x, data.labels, { callbacks: [terminateOnNaN()] });
    await expect(fitting).rejects.toMatchObject({ found: { layer: 'conv1', tensor: 'output' } });
  });
});

describe('files', () => {
  test('ModelCheckpoint saves every epoch, the best, or every few batches', async () => {
    const at = (name: string) => path.join(folder, 'saved', name);
    const { mkdirSync } = await import('node:fs');
    mkdirSync(at('.'), { recursive: true });
    const best = modelCheckpoint({
      filepath: at('best.safetensors'),
      monitor: 'score',
      mode: 'min',
      saveBestOnly: true,
      saveModelOnly: true,
    });
    const { weights } = await fitWith(best, [3, 1, 2]);
    const loaded = decodeModel(readFileSync(at('best.safetensors')));
    expect(copyOf(loaded)).toEqual(weights[1]);

    await fitWith(modelCheckpoint({ filepath: at('e{epoch:02d}-{score:.1f}.st') }), [3, 1.26]);
    await fitWith(modelCheckpoint({ filepath: at('b{epoch}-{batch}.st'), saveFreq: 1 }), [1]);
    expect(readdirSync(at('.')).sort()).toEqual([
      'b1-1.st',
      'b1-2.st',
      'best.safetensors',
      'e01-3.0.st',
      'e02-1.3.st',
    ]);
    const unknown = modelCheckpoint({ filepath: at('{nothing}') });
    await expect(fitWith(unknown, [1])).rejects.toThrow(OptionError);
    for (const filepath of ['{epoch:2x}', '{epoch+1}', '{}', '{valLoss:.3e}']) {
      expect(() => modelCheckpoint({ filepath }), filepath).toThrow(OptionError);
    }
  });

  test('CSVLogger writes a row for each epoch', async () => {
    const file = path.join(folder, 'log.csv');
    await fitWith(csvLogger(file, { separator: ';' }), [3, 0.1]);
    const [header, first, second, ...rest] = readFileSync(file, 'utf8').split('\n');
    expect(header).toBe('epoch;loss;score');
    expect(first).toMatch(/^0;[\d.]+;3$/);
    expect(second).toMatch(/^1;[\d.]+;0.1$/);
    expect(rest).toEqual(['']);
    await fitWith(csvLogger(file, { separator: ';', append: true }), [7]);
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(5);
    const before = readFileSync(file, 'utf8');
    const other = fitWith(csvLogger(file, { separator: ',', append: true }), [7]);
    await expect(other).rejects.toThrow('whose first line is epoch,loss,score, to add rows to');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('a log whose name does not say which way is better takes a mode', () => {
    expect(() => earlyStopping({ monitor: 'score' })).toThrow(
      "EarlyStopping mode: expected 'min' or 'max' for the log \"score\"",
    );
    for (const monitor of ['valLoss', 'loss', 'valMeanAbsoluteError', 'accuracy', 'valF1Score']) {
      expect(() => earlyStopping({ monitor })).not.toThrow();
    }
  });

  test('LambdaCallback calls its functions', async () => {
    const seen: string[] = [];
    await fitWith(
      lambdaCallback({
        onTrainBegin: () => void seen.push('begin'),
        onTrainEnd: (outcome) => void seen.push(outcome),
      }),
      [1],
    );
    expect(seen).toEqual(['begin', 'finished']);
  });
});

describe('weights', () => {
  test('a sample of weight 2 counts as two, one of weight 0 not at all', async () => {
    const trained = async (indices: number[], sampleWeight?: number[]) => {
      const model = stripesNetwork({ optimizer: sgd({ learningRate: 0.1 }) });
      const x = new Tensor(
        Float32Array.from(indices.flatMap((n) => [...data.x.data.subarray(n * 36, (n + 1) * 36)])),
        [indices.length, 6, 6, 1],
      );
      const labels = Uint8Array.from(indices, (n) => data.labels[n]!);
      await model.fit(x, labels, {
        batchSize: 4,
        shuffle: false,
        ...(sampleWeight && { sampleWeight }),
      });
      return copyOf(model).flatMap((values) => [...values]);
    };
    const weighted = await trained([0, 1, 2, 3], [2, 1, 1, 0]);
    const repeated = await trained([0, 0, 1, 2]);
    for (const [i, value] of weighted.entries()) expect(value).toBeCloseTo(repeated[i]!, 6);
  });

  test('weights of classes are weights of their samples, bit for bit', async () => {
    const trained = async (options: object) => {
      const model = stripesNetwork();
      const { history } = await model.fit(data.x, data.labels, { epochs: 2, ...options });
      return [copyOf(model), history];
    };
    const sampleWeight = Array.from(data.labels, (label) => (label === 1 ? 3 : 1));
    const byClass = await trained({ classWeight: { 1: 3 } });
    expect(byClass).toEqual(await trained({ sampleWeight }));
    expect(byClass).not.toEqual(await trained({}));
  });

  test.each([
    [{ classWeight: { 2: 1 } }, /classes from 0 to 1; received "2"/],
    [{ classWeight: { 0: -1 } }, /classWeight\[0\].*at least 0; received -1/],
    [{ sampleWeight: [1] }, /expected 64 weights, one a sample; received 1/],
    [{ sampleWeight: new Float32Array(64).fill(NaN) }, /received NaN/],
  ])('%j is refused', async (options, message) => {
    const fitting = stripesNetwork().fit(data.x, data.labels, options);
    await expect(fitting).rejects.toThrow(message);
    await expect(stripesNetwork().fit(data.x, data.labels, options)).rejects.toThrow(OptionError);
  });
});

describe('label smoothing', () => {
  test('is training on smoothed distributions', async () => {
    const trained = async (sparse: boolean) => {
      const model = stripesNetwork();
      const loss = sparse
        ? sparseCategoricalCrossentropy({ labelSmoothing: 0.2 })
        : ('categoricalCrossentropy' as const);
      model.compile({ optimizer: adam(), loss });
      const smooth = Tensor.zeros([64, 2]);
      for (const [n, label] of data.labels.entries()) {
        smooth.data.set(label === 0 ? [0.9, 0.1] : [0.1, 0.9], 2 * n);
      }
      await model.fit(data.x, sparse ? data.labels : smooth, { epochs: 2 });
      return copyOf(model).flatMap((values) => [...values]);
    };
    const [sparse, explicit] = [await trained(true), await trained(false)];
    for (const [i, value] of sparse.entries()) expect(value).toBeCloseTo(explicit[i]!, 5);
  });

  test('must be a share', () => {
    expect(() => sparseCategoricalCrossentropy({ labelSmoothing: 1 })).toThrow(OptionError);
  });
});

test('metrics are measured in training, validation and evaluation', async () => {
  const model = stripesNetwork();
  model.compile({
    optimizer: adam({ learningRate: 0.01 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy', topKAccuracy({ k: 2 }), precision(), recall({ classId: 1 }), 'f1Score'],
  });
  const { history } = await model.fit(data.x, data.labels, { epochs: 3, validationSplit: 0.25 });
  expect(Object.keys(history)).toEqual([
    ...['loss', 'accuracy', 'top2Accuracy', 'precision', 'recall', 'f1Score'],
    ...['valLoss', 'valAccuracy', 'valTop2Accuracy', 'valPrecision', 'valRecall', 'valF1Score'],
  ]);
  expect(history['top2Accuracy']).toEqual([1, 1, 1]);
  const evaluation = await model.evaluate(data.x, data.labels);
  expect(evaluation['precision']).toBeGreaterThan(0.5);
  expect(() => {
    model.compile({
      optimizer: 'sgd',
      loss: 'sparseCategoricalCrossentropy',
      metrics: [recall(), recall()],
    });
  }).toThrow(/names of their own; "recall" is taken/);
});
