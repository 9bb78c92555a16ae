/**
 * Labelled images: N images, N labels, and the names of the classes the labels count through.
 *
 * A data set never changes; what turns one into another gives a new one. Parts in a row share the
 * pixels of the whole (`take`, `slice`), everything else copies them (`split`, `shuffle`, `select`,
 * `map`): 784 bytes an image, 47 MB and a fraction of a second for all of MNIST, less trouble than
 * images that are scattered wherever they are used.
 */
import {
  asBytes,
  checkOptions,
  classWeights,
  integerOption,
  listOption,
  numberOption,
  objectOption,
  OptionError,
  RandomStreams,
  shown,
  stratifiedSplit,
  textOption,
} from '@convnet/tensor';
import { DatasetError } from '../errors.ts';
import { batches, type BatchOptions, type ImageBatch } from './batches.ts';
import type { ImageSamples } from './image-samples.ts';

/** Names of the ten classes of MNIST; class and label agree. */
export const DIGIT_CLASS_NAMES: readonly string[] = '0123456789'.split('');

/** Parts of an {@link ImageDataset}. */
export interface ImageDatasetInit {
  readonly images: ImageSamples;
  /** Class of each image: 0 … number of classes − 1. */
  readonly labels: Uint8Array;
  readonly classNames: readonly string[];
  /** Description and origin, in a few words for people. */
  readonly description: string;
}

/** @throws DatasetError if the counts differ or a label names no class. */
export function checkLabels(
  labels: Uint8Array,
  imageCount: number,
  classNames: readonly string[],
  where: string,
): void {
  if (imageCount !== labels.length) {
    throw new DatasetError(
      `${where}: expected as many labels as images; received ${imageCount} images and ${labels.length} labels. Use files of the same set.`,
    );
  }
  const stranger = labels.findIndex((label) => label >= classNames.length);
  if (stranger >= 0) {
    throw new DatasetError(
      `${where}: expected labels from 0 to ${classNames.length - 1}, one per class; received ${labels[stranger]!} for image ${stranger}. Give a name for every class, or check the labels.`,
    );
  }
}

/** Options of what is done at random. */
export interface SeedOptions {
  /** Root of all random numbers, a whole number in 0 … 2⁵³ − 1. */
  readonly seed: number;
}

/**
 * Images with their labels.
 *
 * @example
 * ```ts
 * const [train, validation] = digits.split(0.9, { seed: 1 });
 * for (const { inputs, labels } of train.shuffle({ seed: 1 }).batch(64)) {
 *   // inputs holds 64 · 28 · 28 normalized pixels; oneHot(labels, 10) makes targets of the labels
 * }
 * ```
 */
export class ImageDataset {
  readonly images: ImageSamples;
  readonly labels: Uint8Array;
  readonly classNames: readonly string[];
  readonly description: string;

  /** @throws DatasetError if the counts differ or a label names no class. */
  constructor(init: ImageDatasetInit) {
    checkOptions(init, 'images labels classNames description', 'ImageDataset');
    const { images, labels, classNames, description } = init;
    textOption(description, 'ImageDataset description');
    objectOption(images, 'ImageDataset images');
    listOption(classNames, 'ImageDataset classNames');
    asBytes(labels, 'ImageDataset labels');
    checkLabels(labels, images.sampleCount, classNames, description);
    this.images = images;
    this.labels = labels;
    this.classNames = classNames;
    this.description = description;
  }

  /** Number of images. */
  get size(): number {
    return this.labels.length;
  }

  /** How many images each class has. */
  classCounts(): number[] {
    const counts = new Array<number>(this.classNames.length).fill(0);
    for (const label of this.labels) counts[label]! += 1;
    return counts;
  }

  /**
   * Weights of the classes that make all count the same: n / (k · count) for n images of k
   * classes, or 0 for a class without images, which is not counted in k either. The weights of all
   * images add up to n.
   */
  classWeights(): number[] {
    return classWeights(this.labels, this.classNames.length);
  }

  /**
   * The images from `start` up to, not including, `end`; shares the data.
   * @throws OptionError if the range does not lie within the set.
   */
  slice(start: number, end: number): ImageDataset {
    const isRange = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end;
    if (!isRange || end > this.size) {
      throw new OptionError(
        `${this.description}: expected a range within 0 to ${this.size}; received ${shown(start)} to ${shown(end)}.`,
      );
    }
    return this.#with(this.images.slice(start, end), this.labels.subarray(start, end));
  }

  /** The first `count` images, or all when there are fewer; shares the data. */
  take(count: number): ImageDataset {
    integerOption(count, { least: 0 }, `${this.description} take`);
    return this.slice(0, Math.min(count, this.size));
  }

  /**
   * The images at these indices, in this order; copies them.
   * @throws OptionError if an index names no image.
   */
  select(indices: ArrayLike<number>): ImageDataset {
    const images = this.images.select(indices);
    const { sampleCount: length } = images;
    return this.#with(
      images,
      Uint8Array.from({ length }, (_, i) => this.labels[indices[i]!]!),
    );
  }

  /**
   * All images in random order; copies them. To visit them in random order without a copy, give
   * `batch` an order.
   * @throws OptionError if the seed is out of range.
   */
  shuffle(options: SeedOptions): ImageDataset {
    checkOptions(options, 'seed', 'shuffle');
    const { seed } = options;
    const indices = Uint32Array.from(this.labels.keys());
    new RandomStreams(seed).stream('dataset/shuffle').shuffle(indices);
    return this.select(indices);
  }

  /**
   * Two sets, the first with `fraction` of the images, which are chosen at random so that both have
   * the classes in the proportions of the whole, to within one image of each class. Images stay in
   * their order. Copies them.
   *
   * @param fraction - 0 … 1.
   * @throws OptionError if the fraction or the seed is out of range.
   */
  split(fraction: number, options: SeedOptions): [first: ImageDataset, rest: ImageDataset] {
    checkOptions(options, 'seed', 'split');
    const { seed } = options;
    numberOption(fraction, { least: 0, most: 1 }, `${this.description} split fraction`);
    const random = new RandomStreams(seed).stream('dataset/split');
    const [first, rest] = stratifiedSplit(this.labels, fraction, random);
    return [this.select(first), this.select(rest)];
  }

  /**
   * A set whose images were changed one by one. `change` runs once for each image, at once; the
   * pixels that it is given are its own copy, which it may also change and return.
   *
   * For images that differ in each epoch of a training, see `augmented` instead.
   *
   * @param change - from bytes `[height, width]`, row after row, to as many.
   * @throws DatasetError if it returns more or fewer.
   * @example
   * ```ts
   * const darkOnLight = digits.map((pixels) => pixels.map((byte) => 255 - byte));
   * ```
   */
  map(change: (pixels: Uint8Array, index: number) => Uint8Array): ImageDataset {
    return this.#with(this.images.map(change), this.labels);
  }

  /**
   * The images as network inputs, batch by batch; each batch has its own arrays, and only they
   * are floats.
   *
   * @param size - images per batch, at least 1.
   * @throws OptionError if the size is not a whole number of at least 1, or an index of the order
   * names no image.
   */
  batch(size: number, options: BatchOptions = {}): Generator<ImageBatch, void, undefined> {
    return batches(this, size, options);
  }

  #with(images: ImageSamples, labels: Uint8Array): ImageDataset {
    const { classNames, description } = this;
    return new ImageDataset({ images, labels, classNames, description });
  }
}
