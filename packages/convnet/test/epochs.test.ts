/** What a source of samples is told about the epoch, by each of those who read it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { dense, flatten, sequential, softmax, type SampleSource } from '../src/index.ts';

const labels = Uint8Array.from({ length: 10 }, (_, i) => i % 2);

function network() {
  const layers = [flatten(), dense({ units: 2 }), softmax()];
  const model = sequential({ inputShape: [2, 2, 1], layers });
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  return model;
}

describe.each(['bytes', 'floats'])('a source of %s', (kind) => {
  /** First index and epoch of each reading. */
  let readings: [first: number, epoch: number | undefined][];
  const note = (indices: Uint32Array, _: unknown, epoch?: number) => {
    readings.push([indices[0]!, epoch]);
  };
  const bytes = { valueOfByte: new Float64Array(256), readBytes: note };
  const source: SampleSource = {
    sampleCount: 10,
    sampleShape: [2, 2, 1],
    readSamples: note,
    ...(kind === 'bytes' ? { bytes } : {}),
  };
  beforeEach(() => {
    readings = [];
  });

  test('is told the epoch in training, and none for validationSplit', async () => {
    const options = { epochs: 2, shuffle: false, validationSplit: 0.2, batchSize: 4 };
    await network().fit(source, labels, options);
    const epoch = (number: number) => [
      [0, number],
      [4, number],
      [8, undefined],
    ];
    expect(readings).toEqual([...epoch(0), ...epoch(1)]);
  });

  test('is told none as validationData', async () => {
    const validationData = [source, labels] as const;
    const options = { shuffle: false, batchSize: 'full', validationData } as const;
    await network().fit(source, labels, options);
    expect(readings).toEqual([
      [0, 0],
      [0, undefined],
      [8, undefined],
    ]);
  });

  test('is told none by evaluate and predict', async () => {
    const model = network();
    await model.evaluate(source, labels);
    model.predict(source);
    expect(readings.map(([, epoch]) => epoch)).toEqual(new Array(4).fill(undefined));
  });
});
