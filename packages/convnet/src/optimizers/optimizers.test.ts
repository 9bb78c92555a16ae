/** What optimizers and schedules promise beside the values of PyTorch in `test/golden`. */
import { createKernels, referenceKernels, type Kernels } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import type { Parameter } from '../layers/layer-tensors.ts';
import { adam, adamW } from './adam.ts';
import { cosineDecay } from './schedules.ts';
import type { Optimizer } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
import { exponentialDecay, oneCycle, piecewiseConstant, warmUp } from './schedules.ts';
import { sgd } from './sgd.ts';

function parameter(value: readonly number[], gradient: readonly number[], kernels: Kernels) {
  const dtype = kernels === referenceKernels ? 'float64' : 'float32';
  const shape = [value.length];
  const made: Parameter = {
    name: 'theta',
    value: kernels.createTensor(shape, dtype),
    gradient: kernels.createTensor(shape, dtype),
    stored: { view: shape, axes: [0], shape },
  };
  made.value.data.set(value);
  made.gradient.data.set(gradient);
  return made;
}

/** The weights after one step. */
function afterStep(
  optimizer: Optimizer,
  value: readonly number[],
  gradient: readonly number[],
): number[] {
  const made = parameter(value, gradient, referenceKernels);
  optimizer.apply([made], referenceKernels);
  return [...made.value.data];
}

const close = (values: readonly number[]): number[] =>
  values.map((value) => expect.closeTo(value, 12) as number);

describe('a first step', () => {
  test('of adam is the learning rate, whatever the gradient', () => {
    const options = { learningRate: 0.01, epsilon: 0 };
    expect(afterStep(adam(options), [1, 1], [1e-3, -50])).toEqual(close([0.99, 1.01]));
  });

  test('of rmsprop has epsilon under the root, as in Keras', () => {
    const [learningRate, rho, epsilon] = [0.1, 0.9, 0.02];
    const expected = 1 - (learningRate * 3) / Math.sqrt((1 - rho) * 9 + epsilon);
    expect(afterStep(rmsprop({ learningRate, rho, epsilon }), [1], [3])).toEqual(close([expected]));
  });

  test.each([
    ['sgd', sgd({ learningRate: 0.1, weightDecay: 0.5 })],
    ['sgd with momentum', sgd({ learningRate: 0.1, weightDecay: 0.5, momentum: 0.9 })],
    ['rmsprop', rmsprop({ learningRate: 0.1, weightDecay: 0.5, momentum: 0.9 })],
    ['adam', adam({ learningRate: 0.1, weightDecay: 0.5 })],
    ['adamW', adamW({ learningRate: 0.1, weightDecay: 0.5 })],
  ])('of %s takes its share of the weights, beside the gradient', (_, optimizer) => {
    expect(afterStep(optimizer, [2, -4], [0, 0])).toEqual(close([1.9, -3.8]));
  });
});

test('many weights, of a size that no vector divides, are updated as by the reference', () => {
  const size = 4099;
  const values = Array.from({ length: size }, (_, i) => ((i * 37) % 101) / 50 - 1);
  for (const make of [
    () => adamW({ clipNorm: 3 }),
    () => rmsprop({ momentum: 0.5, centered: true, clipValue: 0.4 }),
    () => sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.1, globalClipNorm: 2 }),
  ]) {
    const [expected, ...others] = [referenceKernels, createKernels('simd', { threads: 2 })].map(
      (kernels) => {
        const made = parameter(values, [...values].reverse(), kernels);
        const optimizer = make();
        for (let step = 0; step < 3; step++) optimizer.apply([made], kernels);
        return made.value.data;
      },
    );
    for (const actual of others) {
      actual.forEach((value, i) => {
        expect(Math.abs(value - expected![i]!)).toBeLessThanOrEqual(1e-5);
      });
    }
  }
});

describe('schedules', () => {
  test('warmUp goes before any other, which begins where it ends', () => {
    const rate = warmUp({
      steps: 4,
      then: cosineDecay({ learningRate: 0.8, decaySteps: 2 }),
      from: 0.4,
    });
    expect([0, 1, 2, 3, 4, 5, 6, 9].map((step) => rate(step))).toEqual(
      close([0.4, 0.5, 0.6, 0.7, 0.8, 0.4, 0, 0]),
    );
    const constant = warmUp({ steps: 2, then: 0.1 });
    expect([0, 1, 2, 3].map((step) => constant(step))).toEqual(close([0, 0.05, 0.1, 0.1]));
  });

  test('oneCycle stays at its last rate', () => {
    const rate = oneCycle({ maxLearningRate: 1, totalSteps: 10, divFactor: 2, finalDivFactor: 5 });
    expect([0, 9, 10, 100].map((step) => rate(step))).toEqual(close([0.5, 0.1, 0.1, 0.1]));
  });

  test('oneCycle of few steps begins at its peak', () => {
    const rate = oneCycle({ maxLearningRate: 1, totalSteps: 2 });
    for (const step of [0, 1, 2]) expect(rate(step)).toBeGreaterThan(0);
    const atOnce = oneCycle({ maxLearningRate: 1, totalSteps: 10, risingShare: 0.1 });
    expect(atOnce(0)).toBe(1);
  });

  test.each([
    [
      'boundaries that do not grow',
      () => piecewiseConstant({ boundaries: [5, 5], values: [1, 2, 3] }),
    ],
    ['too few values', () => piecewiseConstant({ boundaries: [5], values: [1] })],
    ['a negative value', () => piecewiseConstant({ boundaries: [], values: [-1] })],
    ['decayRate 0', () => exponentialDecay({ learningRate: 1, decaySteps: 1, decayRate: 0 })],
    ['risingShare 1', () => oneCycle({ maxLearningRate: 1, totalSteps: 9, risingShare: 1 })],
    ['warmUp of half a step', () => warmUp({ steps: 0.5, then: 1 })],
    ['rho 1', () => rmsprop({ rho: 1 })],
    ['weightDecay −1', () => sgd({ weightDecay: -1 })],
    ['clipValue 0', () => sgd({ clipValue: 0 })],
    ['two kinds of clipping', () => sgd({ clipNorm: 1, globalClipNorm: 1 })],
  ])('refuse %s', (_, make) => {
    expect(make).toThrow(
      /: expected |^expected at most one of clipValue, clipNorm, globalClipNorm/,
    );
  });
});
