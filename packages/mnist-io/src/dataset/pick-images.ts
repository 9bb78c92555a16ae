/** Chooses images to look at: some at random, the same for a seed on every machine. */
import { asBytes, checkOptions, integerOption, objectOption, RandomStreams } from '@convnet/tensor';
import type { ImageDataset } from './image-dataset.ts';

/** Options of {@link pickImages}. */
export interface PickImagesOptions {
  /** At most this many. */
  readonly count: number;
  /** Root of the random numbers, a whole number from 0. */
  readonly seed: number;
  /** Only images of this class; by default of any. */
  readonly label?: number | undefined;
}

/**
 * Indices of different images in random order, fewer than `count` if there are no more.
 *
 * @throws OptionError if the seed is not a whole number of at least 0.
 * @example
 * ```ts
 * const sevens = pickImages(test, { count: 10, seed: 1, label: 7 });
 * ```
 */
export function pickImages(
  dataset: Pick<ImageDataset, 'labels'>,
  options: PickImagesOptions,
): number[] {
  const { labels } = objectOption(dataset, 'pickImages') as typeof dataset;
  asBytes(labels, 'pickImages labels');
  checkOptions(options, 'count seed label', 'pickImages');
  const { count, seed, label } = options;
  integerOption(count, { least: 0 }, 'pickImages count');
  const indices: number[] = [];
  for (const [index, of] of labels.entries()) {
    if (label === undefined || of === label) indices.push(index);
  }
  const random = new RandomStreams(seed).stream('pick-images');
  const picked = Math.min(count, indices.length);
  // The beginning of a Fisher-Yates shuffle: only as many draws as images are wanted.
  for (let place = 0; place < picked; place++) {
    const other = place + random.integer(indices.length - place);
    [indices[place], indices[other]] = [indices[other]!, indices[place]!];
  }
  return indices.slice(0, picked);
}
