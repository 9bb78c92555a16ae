/** An overflow is named by what caused it: the step itself is run once more, not one like it. */
import { Tensor } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
  dense,
  dropout,
  l2,
  NonFiniteError,
  sequential,
  softmax,
  terminateOnNaN,
  type FitOptions,
  type Model,
  type NonFinite,
} from '../src/index.ts';

const x = Tensor.from([
  [1, 2],
  [3, 4],
]);
const labels = [0, 1];

const seeds = Array.from({ length: 12 }, (_, seed) => seed);

function compiled(layers: Parameters<typeof sequential>[0]['layers'], seed = 0): Model {
  const model = sequential({ inputShape: [2], layers, seed });
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  return model;
}

/** What a step on `samples` is said to have met; `undefined` if it was made. */
async function found(
  model: Model,
  samples: Tensor,
  options: FitOptions = {},
): Promise<NonFinite | undefined> {
  const before = model.getWeights();
  try {
    await model.fit(samples, labels.slice(0, samples.shape[0]), {
      ...options,
      callbacks: [terminateOnNaN()],
    });
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(NonFiniteError);
    expect(model.getWeights()).toEqual(before);
    return (error as NonFiniteError).found;
  }
}

describe('an overflow that is caused by', () => {
  test('a sample weight alone', async () => {
    const model = compiled([dense({ units: 2 }), softmax()]);
    expect(await found(model, x, { sampleWeight: [1, 1e39] })).toEqual({
      layer: 'softmax1',
      tensor: 'loss',
      value: Infinity,
    });
    expect(await found(model, x)).toBeUndefined();
  });

  test('the gradient of a penalty alone', async () => {
    const model = compiled([dense({ units: 2, kernelRegularizer: l2(1e39) }), softmax()]);
    const result = await found(model, x);
    expect(result).toMatchObject({ layer: 'dense1', tensor: 'penalized gradient of weight' });
  });

  test.each(seeds)("this step's dropout mask alone (seed %d)", async (seed) => {
    // What is kept is doubled, and then too large for float32.
    const model = compiled([dropout({ rate: 0.5 }), dense({ units: 2 }), softmax()], seed);
    const samples = Tensor.from([[2e38, 0]]);
    model.parameters[0]!.value.data.fill(1e-38);
    // The stream that the step draws from, at its beginning.
    const isKept = firstMask(seed)[0]! > 0;
    const expected = { layer: 'dropout1', tensor: 'output', value: Infinity };
    expect(await found(model, samples)).toEqual(isKept ? expected : undefined);
  });

  test('masks of which about half keep the sample', () => {
    const kept = seeds.filter((seed) => firstMask(seed)[0]! > 0);
    expect(kept.length).toBeGreaterThan(2);
    expect(kept.length).toBeLessThan(seeds.length - 2);
  });
});

/** What the dropout of a network with this seed multiplies its first sample by. */
function firstMask(seed: number): number[] {
  const model = sequential({ inputShape: [2], layers: [dropout({ rate: 0.5 })], seed });
  return [...model.forward(Tensor.from([[1, 1]]), true).data];
}
