/** A small task and a small network, for tests of training. */
import { RandomStreams, Tensor } from '@convnet/tensor';
import {
  adam,
  batchNormalization,
  conv2d,
  dense,
  dropout,
  flatten,
  maxPooling2d,
  relu,
  sequential,
  softmax,
  type Kernels,
  type Optimizer,
  type Sequential,
} from '../src/index.ts';

/** Stripes along rows (class 0) or columns (class 1), with noise. */
export function stripes(count: number, seed = 1): { x: Tensor; labels: Uint8Array } {
  const random = new RandomStreams(seed).stream('stripes');
  const x = Tensor.zeros([count, 6, 6, 1]);
  const labels = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    labels[n] = random.integer(2);
    const phase = random.integer(2);
    for (let h = 0; h < 6; h++) {
      for (let w = 0; w < 6; w++) {
        const line = labels[n] === 0 ? h : w;
        x.data[(n * 6 + h) * 6 + w] = ((line + phase) % 2) + random.normal(0, 0.3);
      }
    }
  }
  return { x, labels };
}

/** What may differ between networks. */
export interface StripesNetworkOptions {
  readonly seed?: number;
  readonly filters?: number;
  /** Normalise batches, which keeps running statistics. */
  readonly normalised?: boolean;
  /** Of the dropout. */
  readonly rate?: number;
  readonly optimizer?: Optimizer;
  readonly kernels?: Kernels;
}

/** A network that can tell the stripes apart, compiled. */
export function stripesNetwork(options: StripesNetworkOptions = {}): Sequential {
  const { seed = 1, filters = 4, rate = 0, kernels } = options;
  const model = sequential({
    inputShape: [6, 6, 1],
    layers: [
      conv2d({ filters, kernelSize: 3 }),
      ...(options.normalised ? [batchNormalization()] : []),
      relu(),
      maxPooling2d(),
      flatten(),
      dropout({ rate }),
      dense({ units: 2 }),
      softmax(),
    ],
    seed,
    ...(kernels && { kernels }),
  });
  const optimizer = options.optimizer ?? adam({ learningRate: 0.01 });
  model.compile({
    optimizer,
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}
