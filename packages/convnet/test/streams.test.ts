/** Streams of batches: the same bits as from memory, and an end in order. */
import { Tensor } from '@convnet/tensor';
import { describe, expect, test, vi } from 'vitest';
import type { BatchStream, Callback, LabelledBatch, Model } from '../src/index.ts';
import { smallNetwork, tick, weightsOf } from './small-network.ts';

const SIZE = 6;
const COUNT = 300;
const x = new Tensor(
  Float32Array.from({ length: COUNT * SIZE }, (_, i) => ((i * 7919) % 256) / 255 - 0.5),
  [COUNT, SIZE],
);
const labels = Uint8Array.from({ length: COUNT }, (_, i) => (i * 31) % 3);

const network = (threads = 1, seed = 4): Model => smallNetwork(SIZE, threads, seed);

/** The samples in batches, the last of which may be smaller. */
function* batchesOf(size: number, end = COUNT): Generator<LabelledBatch> {
  for (let start = 0; start < end; start += size) {
    const count = Math.min(size, end - start);
    yield { x: x.rows(start, count), y: labels.subarray(start, start + count) };
  }
}

async function* laterBatchesOf(size: number, end = COUNT): AsyncGenerator<LabelledBatch> {
  for (const batch of batchesOf(size, end)) {
    await tick();
    yield batch;
  }
}

/** Always the same batch, without end; `ended` tells of the generator's `finally`. */
function endless(ended: () => void = () => undefined): () => AsyncGenerator<LabelledBatch> {
  return async function* () {
    try {
      for (;;) {
        await tick();
        yield { x: x.rows(0, 10), y: labels.subarray(0, 10) };
      }
    } finally {
      ended();
    }
  };
}

const forms: readonly (readonly [string, (size: number) => BatchStream])[] = [
  ['a list', (size) => [...batchesOf(size)]],
  ['a generator function', (size) => () => batchesOf(size)],
  ['an async generator function', (size) => () => laterBatchesOf(size)],
  ['an async iterable', (size) => ({ [Symbol.asyncIterator]: () => laterBatchesOf(size) })],
];

describe.each(forms)('%s of batches', (_, streamOf) => {
  test.each([8, 64, 280])('trains to the bits of memory in batches of %d', async (size) => {
    const memory = network();
    const options = { epochs: 3, batchSize: size, shuffle: false };
    const validationData = [x.rows(200, 100), labels.subarray(200)] as const;
    const classWeight = { 1: 2 };
    const { history } = await memory.fit(x, labels, { ...options, validationData, classWeight });
    for (const threads of [1, 2]) {
      const model = network(threads);
      const stream = streamOf(size);
      const streamed = await model.fit(stream, { epochs: 3, validationData, classWeight });
      expect(streamed.history).toEqual(history);
      expect(weightsOf(model)).toEqual(weightsOf(memory));
    }
  });

  test('is evaluated to the bits of memory', async () => {
    const model = network();
    expect(await model.evaluate(streamOf(64))).toEqual(
      await model.evaluate(x, labels, { batchSize: 64 }),
    );
    const { confusionMatrix } = await model.evaluate(streamOf(64), { confusionMatrix: true });
    expect(confusionMatrix.total).toBe(COUNT);
    const few = await model.evaluate(streamOf(64), { steps: 2 });
    expect(few).toEqual(
      await model.evaluate(x.rows(0, 128), labels.subarray(0, 128), { batchSize: 64 }),
    );
  });

  test('validates after each epoch', async () => {
    const [memory, model] = [network(), network()];
    const options = { epochs: 2, batchSize: 64, shuffle: false };
    const expected = await memory.fit(x, labels, {
      ...options,
      validationData: [x.rows(0, 128), labels.subarray(0, 128)],
    });
    const validationData = streamOf(128);
    const { history } = await model.fit(streamOf(64), {
      epochs: 2,
      validationData,
      validationSteps: 1,
    });
    expect(history).toEqual(expected.history);
  });

  test('resumes from a checkpoint at any batch to the same bits', async () => {
    const checkpoints: Uint8Array[] = [];
    const saving: Callback = {
      onTrainBegin(training) {
        this.onSettled = () => void checkpoints.push(training.checkpoint());
      },
    };
    const whole = network();
    const { history } = await whole.fit(streamOf(100), { epochs: 2, callbacks: [saving] });
    expect(checkpoints).toHaveLength(6);
    for (const resumeFrom of checkpoints.slice(0, 5)) {
      const model = network();
      const resumed = await model.fit(streamOf(100), { epochs: 2, resumeFrom });
      expect(resumed.history).toEqual(history);
      expect(weightsOf(model)).toEqual(weightsOf(whole));
    }
  });
});

test('samples weigh what their batch says', async () => {
  const weights = Float64Array.from({ length: COUNT }, (_, i) => (i % 4) / 2);
  const [memory, model] = [network(), network()];
  await memory.fit(x, labels, { batchSize: 100, shuffle: false, sampleWeight: weights });
  await model.fit(function* () {
    let start = 0;
    for (const batch of batchesOf(100)) {
      yield { ...batch, sampleWeight: weights.subarray(start, start + 100) };
      start += 100;
    }
  });
  expect(weightsOf(model)).toEqual(weightsOf(memory));
});

test('streams of samples are predicted together', async () => {
  const model = network();
  const done: number[] = [];
  const predicted = await model.predictAsync(
    async function* () {
      for await (const batch of laterBatchesOf(130)) yield batch.x;
    },
    { onProgress: (count) => done.push(count) },
  );
  expect(predicted).toEqual(model.predict(x));
  expect(done).toEqual([130, 260, 300]);
  expect((await model.predictAsync([x.rows(0, 2), x.rows(2, 1)])).shape).toEqual([3, 3]);
  await expect(model.predictAsync([])).rejects.toThrow('predictAsync: expected samples');
});

test('a function is called for each epoch, with its number', async () => {
  const epochs: number[] = [];
  const validated: number[] = [];
  const stream: BatchStream = (epoch) => {
    epochs.push(epoch);
    return batchesOf(100);
  };
  const validationData: BatchStream = (epoch) => {
    validated.push(epoch);
    return laterBatchesOf(100);
  };
  await network().fit(stream, { initialEpoch: 2, epochs: 4, validationData });
  expect(epochs).toEqual([2, 3]);
  expect(validated).toEqual([2, 3]);
});

test('logs tell the samples of an epoch once there was one', async () => {
  const logs: unknown[] = [];
  const callbacks: Callback[] = [
    {
      onBatchEnd: (batch, { samplesSeen, samplesPerEpoch }) =>
        void logs.push([batch, samplesSeen, samplesPerEpoch]),
    },
  ];
  await network().fit(() => laterBatchesOf(200), { epochs: 2, callbacks });
  expect(logs).toEqual([
    [0, 200, NaN],
    [1, 300, NaN],
    [0, 200, 300],
    [1, 300, 300],
  ]);
});

describe('stepsPerEpoch', () => {
  test('ends epochs, and a generator goes on in the next', async () => {
    const given: number[] = [];
    const ended = vi.fn();
    function* counting(): Generator<LabelledBatch> {
      try {
        for (let number = 0; ; number++) {
          given.push(number);
          yield { x: x.rows(0, 10), y: labels.subarray(0, 10) };
        }
      } finally {
        ended();
      }
    }
    const { epoch } = await network().fit(counting(), { epochs: 3, stepsPerEpoch: 4 });
    expect(epoch).toEqual([0, 1, 2]);
    expect(given).toHaveLength(12);
    expect(ended).toHaveBeenCalledOnce();
  });

  test('ends what a function makes with each epoch', async () => {
    const ended = vi.fn();
    await network().fit(endless(ended), { epochs: 3, stepsPerEpoch: 2 });
    expect(ended).toHaveBeenCalledTimes(3);
  });

  test('asks for no more than there is', async () => {
    await expect(network().fit(() => batchesOf(100), { stepsPerEpoch: 4 })).rejects.toThrow(
      'fit: expected 4 batches in epoch 0; received 3.',
    );
  });
});

test('the next batch is asked for before the one before is computed', async () => {
  const events: string[] = [];
  const callbacks: Callback[] = [{ onBatchEnd: (batch) => void events.push(`end ${batch}`) }];
  await network().fit(
    async function* () {
      for await (const batch of laterBatchesOf(100)) {
        events.push('give');
        yield batch;
        events.push('next');
      }
    },
    { callbacks },
  );
  expect(events.slice(0, 3)).toEqual(['give', 'next', 'end 0']);
});

describe('a stream that is over', () => {
  test.each<[string, () => BatchStream]>([
    ['an empty list', () => []],
    ['a function that gives nothing', () => () => []],
  ])('%s is refused', async (_, stream) => {
    const words = /fit: expected batches in epoch 0; received none.* pass the function/;
    await expect(network().fit(stream(), {})).rejects.toThrow(words);
    await expect(network().evaluate(stream())).rejects.toThrow('evaluate: expected batches');
  });

  test.each<[string, () => BatchStream]>([
    ['a generator', () => batchesOf(100)],
    ['an async generator', () => laterBatchesOf(100)],
  ])('%s is refused in the second epoch', async (_, stream) => {
    const words = /fit: expected batches in epoch 1; received none.* pass the function/;
    const onEpochEnd = vi.fn();
    const options = { epochs: 2, callbacks: [{ onEpochEnd }] };
    await expect(network().fit(stream(), options)).rejects.toThrow(words);
    expect(onEpochEnd).toHaveBeenCalledOnce();
  });

  test('a generator cannot be resumed', async () => {
    let checkpoint: Uint8Array | undefined;
    const saving: Callback = {
      onTrainBegin(training) {
        this.onSettled = () => void (checkpoint ??= training.checkpoint());
      },
    };
    await network().fit(() => batchesOf(100), { callbacks: [saving] });
    const resumed = network().fit(batchesOf(100), { resumeFrom: checkpoint! });
    await expect(resumed).rejects.toThrow('expected batches that can be read again');
  });
});

describe('the end of a training', () => {
  test.each([
    ['stops', (): void => undefined],
    [
      'fails',
      (): void => {
        throw new RangeError('callback');
      },
    ],
  ])('ends the generator when a callback %s', async (_, act) => {
    for (const kind of ['at once', 'later']) {
      const ended = vi.fn();
      const stream: BatchStream =
        kind === 'later'
          ? endless(ended)
          : function* () {
              try {
                for (;;) yield* batchesOf(100);
              } finally {
                ended();
              }
            };
      const callbacks: Callback[] = [
        {
          onTrainBegin(training) {
            this.onBatchEnd = (batch) => {
              if (batch < 3) return;
              act();
              training.stop();
            };
          },
        },
      ];
      const training = network().fit(stream, { callbacks });
      await training.then(
        () => undefined,
        (error: unknown) => {
          expect(error).toEqual(new RangeError('callback'));
        },
      );
      await tick();
      await tick();
      expect(ended).toHaveBeenCalledOnce();
    }
  });

  test.each(['fit', 'evaluate', 'predictAsync'] as const)(
    '%s gives up what never comes when the signal aborts',
    async (method) => {
      let unwanted: AbortSignal | undefined;
      const never = async function* (_: number, signal: AbortSignal) {
        unwanted = signal;
        await new Promise(() => undefined);
        yield* batchesOf(100);
      };
      const controller = new AbortController();
      const { signal } = controller;
      const model = network();
      const waiting = {
        fit: () => model.fit(never, { signal }),
        evaluate: () => model.evaluate(never, { signal }),
        predictAsync: () => model.predictAsync(never as never, { signal }),
      }[method]();
      const outcome = expect(waiting).rejects.toThrow('enough');
      await tick();
      controller.abort(new Error('enough'));
      await outcome;
      expect(unwanted!.aborted).toBe(true);
    },
  );

  test('an abort between batches ends the generator', async () => {
    const ended = vi.fn();
    const controller = new AbortController();
    const callbacks: Callback[] = [
      {
        onBatchEnd: (batch) => {
          if (batch === 2) controller.abort(new Error('enough'));
        },
      },
    ];
    const { signal } = controller;
    await expect(network().fit(endless(ended), { signal, callbacks })).rejects.toThrow('enough');
    await tick();
    await tick();
    expect(ended).toHaveBeenCalledOnce();
  });

  test.each(['at once', 'later'])(
    'an error of a stream that comes %s comes in order',
    async (kind) => {
      const unhandled = vi.fn();
      process.on('unhandledRejection', unhandled);
      function* failing(): Generator<LabelledBatch> {
        yield* batchesOf(100, 200);
        throw new RangeError('disk');
      }
      async function* failingLater(): AsyncGenerator<LabelledBatch> {
        for (const batch of failing()) {
          await tick();
          yield batch;
        }
      }
      const seen: unknown[] = [];
      const callbacks: Callback[] = [
        {
          onBatchEnd: (batch) => void seen.push(batch),
          onSettled: ({ batch }) => void seen.push(`settled ${batch}`),
          onTrainEnd: (outcome) => void seen.push(outcome),
        },
      ];
      const model = network();
      const stream = kind === 'later' ? failingLater : failing;
      try {
        await expect(model.fit(stream, { callbacks })).rejects.toThrow(new RangeError('disk'));
        expect(seen).toEqual([0, 'settled 1', 1, 'settled 2', 'failed']);
        await tick();
        expect(unhandled).not.toHaveBeenCalled();
      } finally {
        process.off('unhandledRejection', unhandled);
      }
      await model.fit(() => batchesOf(100));
    },
  );

  test('an error at the end of a generator is told, unless there was one before', async () => {
    function* broken(): Generator<LabelledBatch> {
      try {
        yield* batchesOf(100);
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- what is tested
        throw new RangeError('closing');
      }
    }
    await expect(network().fit(broken, { stepsPerEpoch: 2 })).rejects.toThrow('closing');
    const callbacks: Callback[] = [
      {
        onBatchEnd: () => {
          throw new Error('first');
        },
      },
    ];
    await expect(network().fit(broken, { callbacks })).rejects.toThrow('first');
  });
});

describe('batches that are none', () => {
  test.each<[string, unknown, string]>([
    ['a tensor', x, 'fit batch 0: expected a batch { x, y } of samples and targets; received'],
    ['names of others', { xs: x, ys: labels }, 'fit batch 0: expected a batch { x, y }'],
    ['a stranger', { x, y: labels, weight: 1 }, 'fit batch 0 option: expected one of x, y, '],
    ['too few labels', { x, y: [1] }, 'fit batch 0: expected as many targets as samples'],
    ['no samples', { x: Tensor.zeros([0, SIZE]), y: [] }, 'fit batch 0: expected samples'],
    ['other samples', { x: Tensor.zeros([2, 3]), y: [0, 1] }, 'fit batch 0: expected input'],
    ['weights', { x, y: labels, sampleWeight: [1] }, 'fit batch 0 sampleWeight: expected 300'],
  ])('%s', async (_, batch, words) => {
    const stream = function* () {
      yield batch as LabelledBatch;
    };
    await expect(network().fit(stream)).rejects.toThrow(words);
  });

  test.each<[string, unknown, string]>([
    ['a promise', () => Promise.resolve([]), 'fit: expected a list, a generator, or a function'],
    ['a number', () => 3, 'fit: expected a list, a generator, or a function'],
    ['a class', class Own extends Map<number, number> {}, 'fit: expected a function'],
    ['an iterator of nothing', { [Symbol.iterator]: () => ({}) }, 'fit next: expected a function'],
    [
      'results that are none',
      { [Symbol.iterator]: () => ({ next: () => 3 }) },
      'fit: expected results { done, value } of next(); received 3.',
    ],
  ])('in %s', async (_, stream, words) => {
    await expect(network().fit(stream as BatchStream)).rejects.toThrow(words);
  });

  test('options of samples, given for a stream', async () => {
    const options = { batchSize: 3 } as object;
    await expect(network().fit(() => batchesOf(10), options)).rejects.toThrow(
      'received "batchSize"',
    );
  });
});
