/** Penalties for large weights: in the loss that is reported, and in the steps that are made. */
import { Tensor } from '@convnet/tensor';
import { expect, test } from 'vitest';
import {
  conv2d,
  dense,
  l1,
  l1l2,
  l2,
  sequential,
  sgd,
  sparseCategoricalCrossentropy,
  type Regularizer,
} from '../src/index.ts';

function network(kernelRegularizer: Regularizer | undefined) {
  const model = sequential({
    inputShape: [3],
    seed: 2,
    dtype: 'float64',
    layers: [dense({ units: 2, ...(kernelRegularizer && { kernelRegularizer }) })],
  });
  model.compile({
    optimizer: sgd({ learningRate: 0.1 }),
    loss: sparseCategoricalCrossentropy({ fromLogits: true }),
  });
  return model;
}

test.each([l1(0.3), l2(0.2), l1l2({ l1: 0.1, l2: 0.4 })])(
  'a step and its loss with $l1 and $l2 differ by the penalty and its gradient',
  async (regularizer) => {
    const [plain, penalised] = [network(undefined), network(regularizer)];
    const start = [...plain.parameters[0]!.value.data];
    const x = Tensor.from(
      Array.from({ length: 300 }, (_, n) => [n % 3, n % 5, -1]),
      'float64',
    );
    const labels = Array.from({ length: 300 }, (_, n) => n % 2);
    const penalty = start.reduce(
      (sum, w) => sum + regularizer.l1 * Math.abs(w) + regularizer.l2 * w * w,
      0,
    );
    const losses = await Promise.all(
      [plain, penalised].map(async (model) => (await model.evaluate(x, labels)).loss),
    );
    expect(losses[1]! - losses[0]!).toBeCloseTo(penalty, 12);
    // One batch, which is computed in two pieces: the penalty counts once.
    const histories = await Promise.all(
      [plain, penalised].map((model) => model.fit(x, labels, { batchSize: 'full' })),
    );
    const [first, second] = histories.map(({ history }) => history.loss[0]!);
    expect(second! - first!).toBeCloseTo(penalty, 12);
    const [without, withPenalty] = [plain, penalised].map(
      ({ parameters }) => parameters[0]!.value.data,
    );
    start.forEach((w, i) => {
      const gradient = regularizer.l1 * Math.sign(w) + 2 * regularizer.l2 * w;
      expect(withPenalty![i]).toBeCloseTo(without![i]! - 0.1 * gradient, 12);
    });
    expect(penalised.parameters[1]!.value.data).toEqual(plain.parameters[1]!.value.data);
  },
);

test('a regularizer that cannot be is refused', () => {
  expect(() => l2(-1)).toThrow(
    'regularizer l2: expected a finite number of at least 0; received -1.',
  );
  expect(() =>
    conv2d({ filters: 1, kernelSize: 1, kernelRegularizer: 'l2' as unknown as Regularizer }),
  ).toThrow('conv2d kernelRegularizer: expected l1(…), l2(…) or l1l2(…); received "l2".');
});
