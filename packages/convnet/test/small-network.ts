/** A small network with dropout, and what tests of the data it learns from need beside. */
import { createKernels } from '@convnet/tensor';
import { adam, dense, dropout, relu, sequential, softmax, type Model } from '../src/index.ts';

/** A compiled network from `size` numbers to three classes. */
export function smallNetwork(size: number, threads = 1, seed = 4): Model {
  const kernels = createKernels('simd', { threads });
  const layers = [
    dense({ units: 40 }),
    relu(),
    dropout({ rate: 0.2 }),
    dense({ units: 3 }),
    softmax(),
  ];
  const model = sequential({ inputShape: [size], seed, kernels, layers });
  model.compile({
    optimizer: adam(),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

/** All weights. */
export const weightsOf = (model: Model): number[] =>
  model.getWeights().flatMap(({ data }) => [...data]);

/** A turn of the event loop. */
export const tick = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
