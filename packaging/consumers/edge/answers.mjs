/** What the edge worker answers, and Node in its place: numbers as their bytes. */
import {
  batchNormalization,
  conv2d,
  createKernels,
  decodeModel,
  dense,
  dropout,
  encodeModel,
  flatten,
  maxPooling2d,
  relu,
  sequential,
  softmax,
} from '@convnet/convnet';
import { decodeModelAsync } from '@convnet/convnet/inference';
import { generateDigits } from '@convnet/mnist-io';

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const bitsOf = ({ data }) => hex(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));

/**
 * Predicts with the model in a file, and trains another.
 * @param kernels - for Node; where there are none, each network chooses its own.
 */
export async function answers(file, kernels) {
  const own = kernels && { kernels };
  const { images, labels } = generateDigits({ count: 48, seed: 1, split: 'train' });
  const decoded = decodeModel(file, own);
  const model = sequential({
    ...own,
    inputShape: [28, 28, 1],
    layers: [
      conv2d({ filters: 4, kernelSize: 3 }),
      batchNormalization(),
      relu(),
      maxPooling2d(),
      flatten(),
      dropout({ rate: 0.25 }),
      dense({ units: 10 }),
      softmax(),
    ],
    seed: 1,
  });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  await model.fit(images, labels, { epochs: 2, batchSize: 16 });
  return {
    kernels: [createKernels(), decoded.kernels, model.kernels].map(({ name }) => name),
    predicted: bitsOf(decoded.predict(images)),
    inferred: bitsOf((await decodeModelAsync(file, own)).predict(images)),
    trained: hex(encodeModel(model)),
    learned: bitsOf(model.predict(images)),
  };
}
