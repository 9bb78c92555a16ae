/** Trainings that end with the same bits on any number of threads. */
import { createKernels, RandomStreams, Tensor, type Kernels } from '@convnet/tensor';
import { expect } from 'vitest';
import { adam, type Model } from '../src/index.ts';
import { residualNetwork } from './branching-networks.ts';

/** A residual network of fifteen convolutions. */
export const fifteenConvolutions = (kernels: Kernels): Model =>
  residualNetwork({
    inputShape: [13, 14, 1],
    filters: [3, 5, 8],
    blocks: 2,
    classes: 5,
    seed: 1,
    kernels,
  });

/** Samples that look like chance, with classes. */
export function someData(model: Model, count: number): { x: Tensor; labels: number[] } {
  const random = new RandomStreams(5).stream('fast path test');
  const x = Tensor.zeros([count, ...model.inputShape]);
  for (let i = 0; i < x.size; i++) x.data[i] = random.normal();
  return { x, labels: Array.from({ length: count }, () => random.integer(model.classCount)) };
}

/** Trains with one thread and with each of `counts`. */
export async function expectSameBits(
  make: (kernels: Kernels) => Model,
  rung: 'simd' | 'relaxed',
  counts: readonly number[],
): Promise<void> {
  const train = async (threads: number): Promise<readonly number[]> => {
    const model = make(createKernels(rung, { threads }));
    model.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' });
    const { x, labels } = someData(model, 90);
    // Enough epochs for helping threads to have joined; batches of 37 leave a last one of 16.
    await model.fit(x, labels, { epochs: 12, batchSize: 37 });
    return model.parameters.flatMap(({ value }) => [...value.data]);
  };
  const alone = await train(1);
  expect(alone.every(Number.isFinite)).toBe(true);
  for (const threads of counts) expect(await train(threads)).toEqual(alone);
}
