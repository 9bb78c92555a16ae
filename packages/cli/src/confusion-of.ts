/** How a network's answers on a data set compare with its labels. */
import { ProgramError } from '@convnet/convnet/node';
import { confusionMatrix, formatShape, type ConfusionMatrix, type Model } from '@convnet/convnet';
import type { ImageDataset } from '@convnet/mnist-io';
import { samplesFor } from './images.ts';

/**
 * Counts the network's answers against the labels.
 * @throws ProgramError if the network is for other images or other classes; the signal's reason.
 */
export async function confusionOf(
  model: Model,
  dataset: ImageDataset,
  signal: AbortSignal,
): Promise<ConfusionMatrix> {
  const expected = `${formatShape(dataset.images.sampleShape)} to ${formatShape([dataset.classNames.length])}`;
  const received = `${formatShape(model.inputShape)} to ${formatShape(model.outputShape)}`;
  if (received !== expected) {
    throw new ProgramError(
      'badData',
      `model "${model.name}": expected a network from ${expected}, as the data is; received one from ${received}. Choose another model.`,
    );
  }
  const { images } = dataset;
  const [height, width, channels] = images.sampleShape;
  const { preprocessing } = model.info;
  const samples = preprocessing
    ? samplesFor({ height, width, channels, pixels: images.pixels }, preprocessing)
    : images;
  const predictions = await model.predictAsync(samples, { signal });
  return confusionMatrix(dataset.labels, predictions);
}
