/**
 * Walks through a data set in batches of network inputs.
 */
import { checkOptions, positiveInteger, signalOption } from '@convnet/tensor';
import { copyIndices } from './for-each-image.ts';
import type { ImageSamples } from './image-samples.ts';

/** The images to walk through, and the class of each. */
export interface LabelledSamples {
  readonly images: Pick<ImageSamples, 'sampleShape' | 'readSamples'>;
  readonly labels: Uint8Array;
}

/** Some images, ready for a network. */
export interface ImageBatch {
  /** Normalized pixels `[count, H, W, C]`. */
  readonly inputs: Float32Array;
  /** Class of each image, `[count]`. */
  readonly labels: Uint8Array;
  /** Number of images; less than asked for only in the last batch. */
  readonly count: number;
}

/** Options of `ImageDataset.batch`. */
export interface BatchOptions {
  /** Indices of the images to visit, in this order; by default each once, from the first. */
  readonly order?: ArrayLike<number>;
  /** Ends the walk: the next batch throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The batches of `ImageDataset.batch`. */
export function batches(
  dataset: LabelledSamples,
  size: number,
  options: BatchOptions,
): Generator<ImageBatch, void, undefined> {
  checkOptions(options, 'order signal', 'batch');
  const { order, signal } = options;
  positiveInteger(size, 'batch size');
  signalOption(signal, 'batch');
  const { labels } = dataset;
  const indices =
    order === undefined ? Uint32Array.from(labels.keys()) : copyIndices(order, labels.length);
  return walk(dataset, size, indices, signal);
}

function* walk(
  { images, labels }: LabelledSamples,
  size: number,
  indices: Uint32Array,
  signal: AbortSignal | undefined,
): Generator<ImageBatch, void, undefined> {
  const [height, width, channels] = images.sampleShape;
  for (let start = 0; start < indices.length; start += size) {
    signal?.throwIfAborted();
    const chosen = indices.subarray(start, start + size);
    const inputs = new Float32Array(chosen.length * height * width * channels);
    images.readSamples(chosen, inputs);
    const count = chosen.length;
    yield { inputs, labels: Uint8Array.from(chosen, (index) => labels[index]!), count };
  }
}
