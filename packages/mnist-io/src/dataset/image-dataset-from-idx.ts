/** Labelled images from the two IDX arrays, or files, that hold them. */
import { checkOptions, kindOf, textOption } from '@convnet/tensor';
import { DatasetError } from '../errors.ts';
import { checkArray, idxMagic, type IdxArray } from '../idx/idx-types.ts';
import { checkLabels, DIGIT_CLASS_NAMES, ImageDataset } from './image-dataset.ts';
import { ImageSamples, type Normalization } from './image-samples.ts';

/** IDX magic numbers of unsigned bytes with three axes and with one. */
const IMAGES_MAGIC = 2051;
const LABELS_MAGIC = 2049;

/** How {@link imageDatasetFromIdx} names and reads the two arrays. */
export interface FromIdxOptions {
  /** By default the ten digits. */
  readonly classNames?: readonly string[];
  /** By default that of MNIST. */
  readonly normalization?: Normalization;
  /** Name of the images in messages, such as their file name. */
  readonly imagesSource?: string;
  /** Name of the labels in messages. */
  readonly labelsSource?: string;
  /** By default made of the two sources. */
  readonly description?: string;
}

function checkKind(array: IdxArray, magic: number, expected: string, source: string): Uint8Array {
  checkArray(array, source);
  const received = idxMagic(array);
  const { data } = array;
  if (received === magic && kindOf(data) === 'Uint8Array') return data as Uint8Array;
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
  checkOptions(
    options,
    'classNames normalization imagesSource labelsSource description',
    'imageDatasetFromIdx',
  );
  const { classNames = DIGIT_CLASS_NAMES, normalization } = options;
  const { imagesSource = 'images', labelsSource = 'labels' } = options;
  textOption(imagesSource, 'imageDatasetFromIdx imagesSource');
  textOption(labelsSource, 'imageDatasetFromIdx labelsSource');
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
