import {
  conv2d,
  createKernels,
  dense,
  flatten,
  relu,
  sequential,
  softmax,
  type Callback,
  type History,
  type Samples,
  type Sequential,
} from '@convnet/convnet';
import { decodeModelAsync } from '@convnet/convnet/inference';
import { createInferenceKernels, decodeModel, summary } from '@convnet/convnet/inference/all';
import { loadModel } from '@convnet/convnet/node';
import { generateDigits, type ImageDataset } from '@convnet/mnist-io';
import { loadImages } from '@convnet/mnist-io/node';
import { Tensor, type Shape } from '@convnet/tensor';
import { userFolder } from '@convnet/tensor/node';

export function network(inputShape: Shape): Sequential {
  return sequential({
    inputShape,
    kernels: createKernels('auto', { threads: 1 }),
    layers: [
      conv2d({ filters: 4, kernelSize: 3 }),
      relu(),
      flatten(),
      dense({ units: 10 }),
      softmax(),
    ],
  });
}

const logging: Callback = {
  onEpochEnd(epoch, { loss, valLoss }) {
    const total: number = epoch + loss + (valLoss ?? 0);
    if (!Number.isFinite(total)) throw new Error('diverged');
  },
};

export async function train(dataset: ImageDataset): Promise<History> {
  const model = network([28, 28, 1]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const samples: Samples = dataset.images;
  return model.fit(samples, dataset.labels, { epochs: 1, callbacks: [logging] });
}

export async function use(path: string, bytes: Uint8Array): Promise<Tensor[]> {
  const model = await loadModel(path);
  const small = decodeModel(bytes, { kernels: createInferenceKernels('simd') });
  summary(small, { printFn: () => undefined });
  const others = [await decodeModelAsync(bytes, { backend: 'simd', threads: 1 })];
  const x = Tensor.zeros([1, 28, 28, 1]);
  const { test } = await loadImages({ dataset: 'generated', seed: 1 });
  return [model, ...others].map((each) => each.predict(x)).concat(small.predict(test.images));
}

export const models: string = userFolder('state', { HOME: '/home/ada' });

export const digits = generateDigits({ count: 10, seed: 1, split: 'train' });
