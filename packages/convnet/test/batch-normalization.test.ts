/** What batch normalisation promises beyond its formulas: whole batches, and images by themselves. */
import { RandomStreams, Tensor } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
  batchNormalization,
  conv2d,
  encodeModel,
  flatten,
  dense,
  NonFiniteError,
  sequential,
  sgd,
  softmax,
  terminateOnNaN,
  type Sequential,
} from '../src/index.ts';

function samples(count: number, shape: readonly number[]): Tensor {
  const random = new RandomStreams(6).stream('batch normalisation test');
  const x = Tensor.zeros([count, ...shape]);
  for (let i = 0; i < x.size; i++) x.data[i] = 5 + 2 * random.normal();
  return x;
}

describe('batch normalisation', () => {
  test('a batch of more samples than are computed at once is normalised as a whole', async () => {
    const model = sequential({
      inputShape: [3],
      layers: [batchNormalization({ momentum: 0 }), dense({ units: 2 }), softmax()],
    });
    model.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'sparseCategoricalCrossentropy' });
    const x = samples(600, [3]);
    await model.fit(x, new Uint8Array(600), { batchSize: 'full', shuffle: false });
    const [mean, variance] = model.layers[0]!.state.map(({ value }) => value.data);
    for (let c = 0; c < 3; c++) {
      const column = Array.from({ length: 600 }, (_, n) => x.data[n * 3 + c]!);
      const average = column.reduce((sum, value) => sum + value) / 600;
      const spread = column.reduce((sum, value) => sum + (value - average) ** 2, 0) / 600;
      expect(mean![c]).toBeCloseTo(average, 4);
      expect(variance![c]).toBeCloseTo(spread, 4);
    }
  });

  test('after training, an image is classified the same in any company', async () => {
    const model: Sequential = sequential({
      inputShape: [6, 6, 1],
      layers: [
        conv2d({ filters: 5, kernelSize: 3, useBias: false }),
        batchNormalization(),
        flatten(),
        dense({ units: 3 }),
        softmax(),
      ],
    });
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    const x = samples(64, [6, 6, 1]);
    await model.fit(
      x,
      Array.from({ length: 64 }, (_, i) => i % 3),
      { batchSize: 16, epochs: 3 },
    );
    const together = model.predict(x).data;
    for (let n = 0; n < 64; n++) {
      expect(model.predict(x.rows(n, 1)).data).toEqual(together.slice(3 * n, 3 * n + 3));
    }
  });

  test('a step that is not made, because a number is not finite, leaves the statistics', async () => {
    const model = sequential({
      inputShape: [3],
      layers: [batchNormalization(), dense({ units: 2 }), softmax()],
    });
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    const x = samples(8, [3]);
    await model.fit(x, new Uint8Array(8));
    const before = encodeModel(model);
    x.data[4] = NaN;
    for (const callbacks of [[], [terminateOnNaN()]]) {
      await model.fit(x, new Uint8Array(8), { callbacks }).catch((error: unknown) => {
        expect(error).toBeInstanceOf(NonFiniteError);
      });
      expect(encodeModel(model)).toEqual(before);
    }
  });

  test('a large mean does not drown small deviations', () => {
    const model = sequential({ inputShape: [1], layers: [batchNormalization({ epsilon: 0 })] });
    const x = Tensor.from([[10_000], [10_001], [10_002], [10_003]]);
    const { data } = model.forward(x, true);
    const expected = [-1.5, -0.5, 0.5, 1.5].map((value) => value / Math.sqrt(1.25));
    expected.forEach((value, i) => {
      expect(data[i]).toBeCloseTo(value, 5);
    });
  });
});
