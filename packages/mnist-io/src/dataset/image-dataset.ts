/**
 * Labelled images: N images, N labels, and the names of the classes the labels count through.
 */
import { DatasetError } from '../errors.ts';
import { idxMagic, type IdxArray } from '../idx/idx-types.ts';
import { ImageSamples, type Normalization } from './image-samples.ts';

/** Names of the ten classes of MNIST; class and label agree. */
export const DIGIT_CLASS_NAMES: readonly string[] = '0123456789'.split('');

/** IDX magic numbers of unsigned bytes with three axes and with one. */
const IMAGES_MAGIC = 2051;
const LABELS_MAGIC = 2049;

/** What {@link ImageDataset} is made from. */
export interface ImageDatasetInit {
  readonly images: ImageSamples;
  /** Class of each image: 0 … number of classes − 1. */
  readonly labels: Uint8Array;
  readonly classNames: readonly string[];
  /** What this is and where it comes from, in a few words for people. */
  readonly description: string;
}

function checkLabels(
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

/** Images with their labels. */
export class ImageDataset {
  readonly images: ImageSamples;
  readonly labels: Uint8Array;
  readonly classNames: readonly string[];
  readonly description: string;

  /** @throws DatasetError if the counts differ or a label names no class. */
  constructor({ images, labels, classNames, description }: ImageDatasetInit) {
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
   * The images from `start` up to, not including, `end`; shares the data.
   * @throws RangeError if the range does not lie within the set.
   */
  slice(start: number, end: number): ImageDataset {
    const isRange = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end;
    if (!isRange || end > this.size) {
      throw new RangeError(
        `${this.description}: expected a range within 0 to ${this.size}; received ${start} to ${end}.`,
      );
    }
    return new ImageDataset({
      images: this.images.slice(start, end),
      labels: this.labels.subarray(start, end),
      classNames: this.classNames,
      description: this.description,
    });
  }

  /** The first `count` images, or all when there are fewer; shares the data. */
  take(count: number): ImageDataset {
    return this.slice(0, Math.min(count, this.size));
  }
}

/** How {@link imageDatasetFromIdx} names and reads the two arrays. */
export interface FromIdxOptions {
  /** By default the ten digits. */
  readonly classNames?: readonly string[];
  /** By default that of MNIST. */
  readonly normalization?: Normalization;
  /** What to call the images in messages, such as their file name. */
  readonly imagesSource?: string;
  /** What to call the labels in messages. */
  readonly labelsSource?: string;
  /** By default made of the two sources. */
  readonly description?: string;
}

function checkKind(array: IdxArray, magic: number, expected: string, source: string): Uint8Array {
  const received = idxMagic(array);
  if (received === magic && array.data instanceof Uint8Array) return array.data;
  const swapped = received === IMAGES_MAGIC || received === LABELS_MAGIC;
  const found = received === IMAGES_MAGIC ? 'an image file, ' : swapped ? 'a label file, ' : '';
  throw new DatasetError(
    `${source}: expected ${expected} (IDX magic number ${magic}); received ${found}magic number ${received} and shape [${array.shape.join(', ')}]. ${
      swapped
        ? 'Check that images and labels are not swapped.'
        : 'Check that this is the right file.'
    }`,
  );
}

/**
 * A data set from the IDX arrays of its images, bytes `[N, H, W]`, and labels, bytes `[N]`.
 *
 * @throws DatasetError naming the source if an array is of another kind, or both if they do not
 * belong together.
 */
export function imageDatasetFromIdx(
  imagesIdx: IdxArray,
  labelsIdx: IdxArray,
  options: FromIdxOptions = {},
): ImageDataset {
  const { classNames = DIGIT_CLASS_NAMES, normalization } = options;
  const { imagesSource = 'images', labelsSource = 'labels' } = options;
  const pixels = checkKind(imagesIdx, IMAGES_MAGIC, 'images, bytes [N, H, W]', imagesSource);
  const labels = checkKind(labelsIdx, LABELS_MAGIC, 'labels, bytes [N]', labelsSource);
  const [imageCount = 0, height = 0, width = 0] = imagesIdx.shape;
  const sources = `${imagesSource} with ${labelsSource}`;
  checkLabels(labels, imageCount, classNames, sources);
  const images = new ImageSamples({
    pixels,
    height,
    width,
    ...(normalization === undefined ? {} : { normalization }),
  });
  return new ImageDataset({
    images,
    labels,
    classNames,
    description: options.description ?? sources,
  });
}

/**
 * Labels as rows of 0 with a single 1 at the label's place: `[N]` to `[N, classCount]`.
 * @throws DatasetError if a label names no class.
 */
export function oneHot(labels: ArrayLike<number>, classCount: number): Float32Array {
  const rows = new Float32Array(labels.length * classCount);
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index]!;
    if (!Number.isInteger(label) || label < 0 || label >= classCount) {
      throw new DatasetError(
        `oneHot: expected labels from 0 to ${classCount - 1}; received ${label} at ${index}.`,
      );
    }
    rows[index * classCount + label] = 1;
  }
  return rows;
}
