/** Testing a network on a data set. */
import { ConfusionMatrix, type Sequential } from '@convnet/convnet';
import type { ImageDataset } from '@convnet/mnist-io';
import { samplesFor } from './digits.ts';

/** What the network answers against what the labels say. */
export function testOn(model: Sequential, dataset: ImageDataset): ConfusionMatrix {
  const predictions = model.predict(samplesFor(dataset, model.info.preprocessing));
  const guesses = new Int32Array(dataset.size);
  model.kernels.argmaxRows(predictions, guesses);
  return new ConfusionMatrix(dataset.labels, guesses, dataset.classNames.length);
}
