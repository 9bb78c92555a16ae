/** Some samples of a tensor or of a source: the same network as from a copy of them. */
import { Tensor } from '@convnet/tensor';
import { expect, test } from 'vitest';
import { kFold, OptionError, subset, type SampleSource } from '../src/index.ts';
import { stripes, stripesNetwork } from './stripes.ts';

const { x, labels } = stripes(40);
const SIZE = 36;

const tick = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('of a tensor are its rows', () => {
  const rows = Tensor.from([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(subset(rows, [2, 0, 2])).toEqual(
    Tensor.from([
      [5, 6],
      [1, 2],
      [5, 6],
    ]),
  );
  expect(subset(Tensor.from([1, 2], 'float64'), [1])).toEqual(Tensor.from([2], 'float64'));
});

test('of a source are read from it, in the epoch, and later', async () => {
  const seen: unknown[] = [];
  const source: SampleSource = {
    sampleCount: 9,
    sampleShape: [1],
    async readSamples(indices, into, epoch, signal) {
      seen.push([[...indices], epoch, signal?.aborted]);
      await tick();
      into.set(indices);
    },
    bytes: {
      valueOfByte: new Float32Array(256),
      readBytes: (indices, into, epoch) => {
        seen.push([[...indices], epoch]);
        into.set(indices);
      },
    },
  };
  const part = subset(source, Uint8Array.of(8, 3, 5));
  expect(part).toMatchObject({ sampleCount: 3, sampleShape: [1] });
  const [floats, bytes] = [new Float32Array(2), new Uint8Array(2)];
  await part.readSamples(Uint32Array.of(2, 0), floats, 7, new AbortController().signal);
  await part.bytes!.readBytes(Uint32Array.of(1, 1), bytes, 7);
  expect([...floats, ...bytes]).toEqual([5, 8, 3, 3]);
  expect(seen).toEqual([
    [[5, 8], 7, false],
    [[3, 3], 7],
  ]);
  expect(part.bytes!.valueOfByte).toBe(source.bytes!.valueOfByte);
});

test('folds of a source that comes later train and validate as those of a tensor', async () => {
  const source: SampleSource = {
    sampleCount: 40,
    sampleShape: [6, 6, 1],
    async readSamples(indices, into) {
      await tick();
      for (const [n, index] of indices.entries()) {
        into.set(x.data.subarray(index * SIZE, (index + 1) * SIZE), n * SIZE);
      }
    },
  };
  const labelsOf = (indices: Uint32Array): number[] =>
    Array.from(indices, (index) => labels[index]!);
  for (const { train, validation } of kFold(40, { k: 4, seed: 1, stratify: labels })) {
    const results = [x, source].map(async (samples) => {
      const model = stripesNetwork({ rate: 0.2 });
      const { history } = await model.fit(subset(samples, train), labelsOf(train), {
        epochs: 2,
        validationData: [subset(samples, validation), labelsOf(validation)],
      });
      return { history, weights: model.getWeights() };
    });
    const [memory, later] = await Promise.all(results);
    expect(later).toEqual(memory);
  }
});

test.each([40, -1, 0.5])('index %d is refused', (index) => {
  expect(() => subset(x, [0, index])).toThrow(
    `subset indices[1]: expected a sample from 0 to 39; received ${index}.`,
  );
  expect(() => subset([1] as never, [0])).toThrow(OptionError);
});
