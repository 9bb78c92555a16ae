/**
 * Data sets of one's own, in memory: any folder or file that {@link openDataset} opens, as sets of
 * images to train, validate and test with.
 *
 * What has no test set gets one: a share of each class of the training images, chosen by the seed, or,
 * if there is a validation set, that one.
 */
import { checkOptions, integerOption } from '@convnet/tensor';
import path from 'node:path';
import { nameOfOwn } from '../catalogue/catalogue.ts';
import { DIGIT_CLASS_NAMES, ImageDataset } from '../dataset/image-dataset.ts';
import { ImageSamples, type Normalization } from '../dataset/image-samples.ts';
import { inverted } from '../dataset/inverted.ts';
import { normalizationOf } from '../dataset/pixel-statistics.ts';
import { DatasetError } from '../errors.ts';
import type { DatasetDescription, PicturePreparation } from './formats/dataset-description.ts';
import {
  bytesOf,
  commonShape,
  joined,
  MAX_PIXELS_IN_MEMORY,
  type ImageShape,
  type LabelledBatch,
  type LabelledImages,
} from './formats/labelled-images.ts';
import { SET_NAMES, type SetName } from './formats/set-names.ts';
import { OPEN_OPTIONS, openDataset, type OpenDatasetOptions } from './formats/open-dataset.ts';

/** Share of the training images that become a test set where there is none. */
export const TEST_SHARE = 0.2;

/** Options of {@link readDataset}. */
export interface ReadDatasetOptions extends OpenDatasetOptions {
  /** Root of the choice of images for a set that the input has not, a whole number in 0 … 2⁵³ − 1. */
  readonly seed: number;
  /** Whether black becomes white and white black. */
  readonly invert?: boolean | undefined;
  /** How other pictures became images: these do so, too, such as for a network that was trained on those. */
  readonly like?: PicturePreparation | undefined;
}

/** A data set of one's own. */
export interface ReadDataset extends Readonly<Partial<Record<SetName, ImageDataset>>> {
  /** That of its description, or of its folder or file; with `own-` before it if the catalogue has that name. */
  readonly name: string;
  readonly classNames: readonly string[];
  /** How pictures became images, if they did. */
  readonly pictures?: PicturePreparation | undefined;
  /** What the input holds beside, such as files that are no pictures. */
  readonly leftOut: readonly string[];
  /** What was decided where the input does not say, each in a sentence for people. */
  readonly notes: readonly string[];
}

/**
 * Reads a data set of one's own into memory.
 *
 * @param input - folder or file.
 * @throws MissingDataError if nothing is there.
 * @throws DatasetError, IdxFormatError, GzipError, NpyFormatError or ImageError if it is broken, its
 * sets are of several shapes, or it takes more than 1 GiB.
 * @throws OptionError if pictures are to be read without `pictures`, or the seed is out of range.
 * @example
 * ```ts
 * const { train, test, classNames } = await readDataset('shapes.npz', { seed: 1 });
 * ```
 */
export async function readDataset(
  input: string,
  options: ReadDatasetOptions,
): Promise<ReadDataset> {
  checkOptions(options, `seed invert like ${OPEN_OPTIONS}`, 'readDataset');
  const { seed, invert = false, like, ...how } = options;
  integerOption(seed, { least: 0 }, 'readDataset seed');
  const opened = await openDataset(input, { ...how, fit: how.fit ?? like?.fit });
  const { sets, classNames, description = {}, leftOut = [] } = opened;
  const shape = commonShape(input, sets);
  const differs = opened.pictures && like ? opened.pictures.invert !== like.invert : false;
  const inverts = invert !== differs;
  const contents = new Map<SetName, Content>();
  for (const set of sets) {
    const content = await contentOf(input, set, how.signal);
    if (inverts) content.pixels = inverted(content.pixels, shape.channels);
    contents.set(set.split, content);
  }
  const names = classNames ?? numbersFor(contents);
  const datasets = datasetsOf(input, shape, contents, names, description.normalization);
  const notes: string[] = [];
  const split = withMissingSets(datasets, description, seed, notes);
  const pictures = opened.pictures && {
    ...opened.pictures,
    invert: opened.pictures.invert !== inverts,
  };
  const name = nameOfOwn(description.name ?? nameOf(input));
  return { ...split, name, classNames: names, pictures, leftOut, notes };
}

/** A set, read whole. */
interface Content {
  pixels: Uint8Array;
  labels: Uint8Array;
}

type Datasets = Partial<Record<SetName, ImageDataset>>;

/** The name of a folder, or of a file without its endings. */
function nameOf(input: string): string {
  const name = path.basename(path.resolve(input));
  return name.replace(/(\.(npz|npy|csv|idx|gz))+$/i, '') || name;
}

async function contentOf(
  input: string,
  set: LabelledImages,
  signal: AbortSignal | undefined,
): Promise<Content> {
  const batches: LabelledBatch[] = [];
  let count = 0;
  for await (const batch of set.batches()) {
    signal?.throwIfAborted();
    count += batch.labels.length;
    if (count * bytesOf(set) > MAX_PIXELS_IN_MEMORY) {
      throw new DatasetError(
        `${input}: expected at most ${MAX_PIXELS_IN_MEMORY} bytes of pixels in the ${set.split} set; received more. Use smaller images.`,
      );
    }
    batches.push(batch);
  }
  if (count === 0) {
    throw new DatasetError(
      `${input}: expected images in the ${set.split} set; received none that can be read.`,
    );
  }
  return {
    pixels: joined(batches, ({ pixels }) => pixels),
    labels: joined(batches, ({ labels }) => labels),
  };
}

/** Names for labels without names: the numbers, at least those of the ten digits. */
function numbersFor(contents: ReadonlyMap<SetName, Content>): readonly string[] {
  let most = 0;
  for (const { labels } of contents.values()) {
    for (const label of labels) most = Math.max(most, label);
  }
  return most < DIGIT_CLASS_NAMES.length
    ? DIGIT_CLASS_NAMES
    : Array.from({ length: most + 1 }, (_, label) => String(label));
}

/** The sets, all by the constants of the first of them, which is that to train with. */
function datasetsOf(
  input: string,
  { height, width, channels }: ImageShape,
  contents: ReadonlyMap<SetName, Content>,
  classNames: readonly string[],
  given: Normalization | undefined,
): Datasets {
  const [first] = SET_NAMES.flatMap((split) => contents.get(split) ?? []);
  const normalization = given ?? normalizationOf(first!.pixels, channels);
  const datasets: Datasets = {};
  for (const [split, { pixels, labels }] of contents) {
    const images = new ImageSamples({ pixels, height, width, channels, normalization });
    const description = `${input}, ${split} set`;
    datasets[split] = new ImageDataset({ images, labels, classNames, description });
  }
  return datasets;
}

/** The sets, and those that become shares of the training images. */
function withMissingSets(
  datasets: Datasets,
  { splits = {} }: DatasetDescription,
  seed: number,
  notes: string[],
): Datasets {
  let { train, validation, test } = datasets;
  const whole = train?.size ?? 0;
  const taken = (share: number, name: SetName): ImageDataset => {
    // Of all images that there were, whatever was taken of them before.
    const [rest, part] = train!.split(1 - (share * whole) / train!.size, { seed });
    train = rest;
    notes.push(`${part.size} of the training images, chosen by seed ${seed}, are the ${name} set`);
    return part;
  };
  if (train && !test && validation && splits.test === undefined) {
    notes.push('the validation set is the test set, too, since there is none');
    test = validation;
    validation = undefined;
  }
  if (train && !test) {
    test = taken(typeof splits.test === 'number' ? splits.test : TEST_SHARE, 'test');
  }
  if (train && !validation && typeof splits.validation === 'number') {
    validation = taken(splits.validation, 'validation');
  }
  return {
    ...(train && { train }),
    ...(validation && { validation }),
    ...(test && { test }),
  };
}
