/** Sources whose samples come later: the same bits as from memory, and an end in order. */
import { describe, expect, test, vi } from 'vitest';
import type { Callback, Model, SampleSource } from '../src/index.ts';
import { smallNetwork, tick, weightsOf } from './small-network.ts';

const SIZE = 6;
const COUNT = 300;
const pixels = Uint8Array.from({ length: COUNT * SIZE }, (_, i) => (i * 7919) % 256);
const labels = Uint8Array.from({ length: COUNT }, (_, i) => (i * 31) % 3);
const valueOfByte = Float64Array.from({ length: 256 }, (_, byte) => byte / 255 - 0.5);

function write(
  indices: Uint32Array,
  into: Uint8Array | Float32Array | Float64Array,
  values: (byte: number) => number,
): void {
  for (const [i, index] of indices.entries()) {
    for (let j = 0; j < SIZE; j++) into[i * SIZE + j] = values(pixels[index * SIZE + j]!);
  }
}

/** Reads of a source that go on, and all that began. */
interface Reads {
  goingOn: number;
  most: number;
  began: number;
  signal: AbortSignal | undefined;
}

/** Samples from memory, or after `wait`. */
function sourceOf(
  kind: 'bytes' | 'floats',
  wait?: (batch: number, signal: AbortSignal | undefined) => Promise<unknown>,
) {
  const reads: Reads = { goingOn: 0, most: 0, began: 0, signal: undefined };
  const later = (
    indices: Uint32Array,
    into: Uint8Array | Float32Array | Float64Array,
    values: (byte: number) => number,
    signal: AbortSignal | undefined,
  ): Promise<void> | undefined => {
    if (!wait) {
      write(indices, into, values);
      return undefined;
    }
    reads.signal = signal;
    reads.goingOn += 1;
    reads.most = Math.max(reads.most, reads.goingOn);
    const number = reads.began++;
    return (async () => {
      try {
        await wait(number, signal);
        write(indices, into, values);
      } finally {
        reads.goingOn -= 1;
      }
    })();
  };
  const source: SampleSource = {
    sampleCount: COUNT,
    sampleShape: [SIZE],
    readSamples: (indices, into, _, signal) =>
      later(indices, into, (byte) => valueOfByte[byte]!, signal),
    ...(kind === 'bytes' && {
      bytes: {
        valueOfByte,
        readBytes: (indices, into, _, signal) => later(indices, into, (byte) => byte, signal),
      },
    }),
  };
  return { source, reads };
}

const network = (threads = 1): Model => smallNetwork(SIZE, threads);

describe.each(['bytes', 'floats'] as const)('%s that come later', (kind) => {
  test.each([
    ['small batches', 8],
    ['batches of several pieces', 280],
  ])('train to the same bits in %s', async (_, batchSize) => {
    const options = { epochs: 3, batchSize, validationSplit: 0.1 };
    const atOnce = network();
    const history = await atOnce.fit(sourceOf(kind).source, labels, options);
    for (const threads of [1, 2]) {
      const later = network(threads);
      const { source, reads } = sourceOf(kind, tick);
      expect((await later.fit(source, labels, options)).history).toEqual(history.history);
      expect(weightsOf(later)).toEqual(weightsOf(atOnce));
      expect(reads.goingOn).toBe(0);
    }
  });

  test('are evaluated and predicted to the same bits', async () => {
    const model = network();
    const { source } = sourceOf(kind, tick);
    const memory = sourceOf(kind).source;
    const options = { batchSize: 64 };
    expect(await model.evaluate(source, labels, options)).toEqual(
      await model.evaluate(memory, labels, options),
    );
    const progress: number[] = [];
    const predicted = await model.predictAsync(source, {
      ...options,
      onProgress: (done) => progress.push(done),
    });
    expect(predicted.data).toEqual(model.predict(memory).data);
    expect(progress).toEqual([64, 128, 192, 256, 288, 296, 300]);
  });

  test('are read while the batch before is computed, one batch at a time', async () => {
    const { source, reads } = sourceOf(kind, tick);
    const began: number[] = [];
    const callbacks: Callback[] = [{ onBatchEnd: () => void began.push(reads.began) }];
    await network().fit(source, labels, { batchSize: 100, callbacks });
    expect(began).toEqual([2, 3, 3]);
    expect(reads.most).toBe(1);
  });

  test('cannot be waited for by predict and trainOnBatch', () => {
    const model = network();
    const { source } = sourceOf(kind, tick);
    const words =
      /expected samples that are read at once; received a source that returns a promise/;
    expect(() => model.predict(source)).toThrow(words);
    expect(() => model.trainOnBatch(source, labels)).toThrow(words);
  });

  test('end the training when they fail, after the batches before them', async () => {
    const { source } = sourceOf(kind, async (batch) => {
      await tick();
      if (batch === 2) throw new RangeError('disk');
    });
    const seen: unknown[] = [];
    const callbacks: Callback[] = [
      {
        onBatchEnd: (batch) => void seen.push(batch),
        onTrainEnd: (outcome) => void seen.push(outcome),
      },
    ];
    const model = network();
    const training = model.fit(source, labels, { batchSize: 100, callbacks });
    await expect(training).rejects.toThrow(new RangeError('disk'));
    expect(seen).toEqual([0, 1, 'failed']);
    await model.fit(sourceOf(kind).source, labels, { batchSize: 100 });
  });

  test.each(['fit', 'evaluate', 'predictAsync'] as const)(
    'that never come are given up by %s when the signal aborts',
    async (method) => {
      const { source, reads } = sourceOf(kind, () => new Promise(() => undefined));
      const controller = new AbortController();
      const { signal } = controller;
      const model = network();
      const waiting = {
        fit: () => model.fit(source, labels, { signal }),
        evaluate: () => model.evaluate(source, labels, { signal }),
        predictAsync: () => model.predictAsync(source, { signal }),
      }[method]();
      const outcome = expect(waiting).rejects.toThrow('enough');
      await tick();
      controller.abort(new Error('enough'));
      await outcome;
      expect(reads.signal!.aborted).toBe(true);
    },
  );

  test('that nobody waits for any more are told so, and may fail', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const { source, reads } = sourceOf(kind, async (batch, signal) => {
      if (batch === 0) return;
      await new Promise((_, reject) => {
        signal!.addEventListener('abort', () => {
          reject(new Error('given up'));
        });
      });
    });
    const callbacks: Callback[] = [
      {
        onTrainBegin(training) {
          this.onBatchEnd = () => {
            training.stop();
          };
        },
      },
    ];
    try {
      await network().fit(source, labels, { batchSize: 100, callbacks });
      await tick();
      await tick();
      expect(reads).toMatchObject({ began: 2, goingOn: 0 });
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', unhandled);
    }
  });

  test('find what is not finite in the batch that was read', async () => {
    const { source } = sourceOf(kind, tick);
    const model = network();
    let found: unknown = 'not asked';
    const callbacks: Callback[] = [
      {
        onTrainBegin(training) {
          this.onBatchEnd = () => {
            found = training.findNonFinite();
          };
        },
      },
    ];
    await model.fit(source, labels, { batchSize: 100, callbacks });
    expect(found).toBeUndefined();
  });
});
