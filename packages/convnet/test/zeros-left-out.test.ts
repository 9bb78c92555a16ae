/** The kernels leave out the zeros behind max pooling in networks as they are, not in tests alone. */
import { afterEach, expect, test, vi } from 'vitest';
import {
  conv2d,
  createKernels,
  createPreset,
  dense,
  flatten,
  maxPooling2d,
  relu,
  sequential,
  softmax,
  Tensor,
  type Sequential,
} from '../src/index.ts';

/** Names of work of programs, as recorded and as planned. */
const programs: { readonly recorded: string[]; readonly planned: string[] }[] = [];

interface Named {
  readonly name: string;
}

vi.mock('../../tensor/src/wasm/run/zeros.ts', async (original) => {
  const { withZerosLeftOut } = await original<{
    withZerosLeftOut: (works: readonly Named[]) => readonly Named[];
  }>();
  const names = (works: readonly Named[]): string[] => works.map(({ name }) => name);
  return {
    withZerosLeftOut: (recorded: readonly Named[]) => {
      const planned = withZerosLeftOut(recorded);
      programs.push({ recorded: names(recorded), planned: names(planned) });
      return planned;
    },
  };
});

afterEach(() => {
  programs.length = 0;
});

/** Gradients of max poolings in the step of a training: those recorded, and those still computed. */
function gradientsOfPooling(model: Sequential): readonly [number, number] {
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  model.trainOnBatch(Tensor.zeros([9, 28, 28, 1]), new Uint8Array(9));
  const count = (names: readonly string[]): number =>
    names.filter((name) => name === 'maxPool2dGradient').length;
  const counts = programs.map(
    ({ recorded, planned }) => [count(recorded), count(planned)] as const,
  );
  return counts.find(([recorded]) => recorded > 0) ?? [0, 0];
}

const kernels = () => createKernels('simd', { threads: 1 });

test.each(['lenet5', 'cnn'] as const)('of both poolings of %s', (name) => {
  expect(gradientsOfPooling(createPreset(name, { kernels: kernels() }))).toEqual([2, 0]);
});

const end = () => [flatten(), dense({ units: 10 }), softmax()];

test.each([
  ['an activation as an option', [conv2d({ filters: 4, kernelSize: 3, activation: 'relu' })], []],
  ['a ReLU behind the pooling', [conv2d({ filters: 4, kernelSize: 3 })], [relu()]],
  ['no ReLU', [conv2d({ filters: 4, kernelSize: 3 })], []],
])('with %s', (_, before, behind) => {
  const layers = [...before, maxPooling2d(), ...behind, ...end()];
  const model = sequential({ inputShape: [28, 28, 1], layers, kernels: kernels() });
  expect(gradientsOfPooling(model)).toEqual([1, 0]);
});

test('but not where windows overlap', () => {
  const layers = [
    conv2d({ filters: 4, kernelSize: 3 }),
    maxPooling2d({ poolSize: 3, strides: 2 }),
    ...end(),
  ];
  const model = sequential({ inputShape: [28, 28, 1], layers, kernels: kernels() });
  expect(gradientsOfPooling(model)).toEqual([1, 1]);
});
