/**
 * Data sets as NumPy arrays: pairs of `.npy` files, or one `.npz`, a zip of them, in which `x_train`
 * and `y_train`, `x_validation` and `y_validation`, `x_test` and `y_test` are the arrays, much as Keras
 * has them.
 */
import { shown } from '@convnet/tensor';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Writable } from 'node:stream';
import { checkRegularFile } from '@convnet/tensor/node';
import { DatasetError } from '../../errors.ts';
import type { IdxArray } from '../../idx/idx-types.ts';
import { encodeNpyStrings, parseNpyStrings } from '../../npy/npy-strings.ts';
import { encodeNpy, parseNpy } from '../../npy/npy.ts';
import { adviceFor, imageShapeOf } from './array-advice.ts';
import { npyPair, type PairNames } from './format-names.ts';
import {
  MAX_PIXELS_IN_MEMORY,
  slices,
  bytesOf,
  joined,
  type ImageShape,
  type LabelledBatch,
  type LabelledImages,
  type OpenDataset,
  type SetWriter,
} from './labelled-images.ts';
import { type SetName } from './set-names.ts';
import { openSource, setsNamed, type SetFiles } from './open-source.ts';

/**
 * Names of the images in a `.npz`, each with that of the labels, and the set that they are; in small
 * letters or capitals.
 */
const KEYS: readonly (readonly [images: string, labels: string, split: SetName])[] = [
  ['x_train', 'y_train', 'train'],
  ['x_test', 'y_test', 'test'],
  ['x_val', 'y_val', 'validation'],
  ['x_valid', 'y_valid', 'validation'],
  ['x_validation', 'y_validation', 'validation'],
  ['train_images', 'train_labels', 'train'],
  ['test_images', 'test_labels', 'test'],
  ['val_images', 'val_labels', 'validation'],
  ['validation_images', 'validation_labels', 'validation'],
  ['x', 'y', 'train'],
  ['images', 'labels', 'train'],
];

/** Where class names are in a `.npz`. */
const CLASS_NAMES_KEY = 'class_names';

/** Most names of arrays in a message. */
const MOST_LISTED = 12;

/** The data set in a folder of `.npy` files, or of one of images and its labels. */
export function readNpy(input: string, labels: string | undefined): Promise<OpenDataset> {
  return openSource(input, labels, { setsIn: setsNamed(npyPair), open: readPair });
}

/** The bytes of a file that memory has room for. */
export async function readLimited(file: string): Promise<Uint8Array> {
  const size = await checkRegularFile(file);
  if (size > 2 * MAX_PIXELS_IN_MEMORY) {
    throw new DatasetError(
      `${file}: expected at most ${2 * MAX_PIXELS_IN_MEMORY} bytes; received ${size}. Check that this is the right file.`,
    );
  }
  return readFile(file);
}

async function readPair({ images, labels, split }: SetFiles): Promise<LabelledImages> {
  const imageArray = parseNpy(await readLimited(images), { source: images });
  const labelArray = parseNpy(await readLimited(labels), { source: labels });
  return setOf(imageArray, labelArray, split, [images, labels]);
}

/**
 * The data set in a `.npz` file; `signal` ends reading.
 * @param leftOut - takes the names of arrays that are none of its sets.
 */
export async function readNpz(
  input: string,
  leftOut: string[],
  signal?: AbortSignal,
): Promise<OpenDataset> {
  const bytes = await readLimited(input);
  const wanted = new Set([
    ...KEYS.flatMap(([images, labels]) => [images, labels]),
    CLASS_NAMES_KEY,
  ]);
  // Loaded here and below alone, with the code for zip that it brings.
  const { readArchive } = await import('./npz-archive.ts');
  const unknown = new Set<string>();
  const isWanted = (file: string): boolean => {
    const name = nameOf(file);
    if (!wanted.has(name.toLowerCase())) unknown.add(name);
    return !unknown.has(name);
  };
  const entries = await readArchive(bytes, input, isWanted, signal);
  const byKey = new Map<string, string>();
  for (const file of entries.keys()) {
    const key = nameOf(file).toLowerCase();
    if (byKey.has(key))
      throw new DatasetError(`${input}: expected ${key} once; received it twice.`);
    byKey.set(key, file);
  }
  const entry = (key: string): Uint8Array | undefined => entries.get(byKey.get(key) ?? '');
  const array = (key: string): IdxArray | undefined => {
    const found = entry(key);
    return found && parseNpy(found, { source: `${input}: ${nameOf(byKey.get(key)!)}` });
  };
  const sets: LabelledImages[] = [];
  for (const [images, labels, split] of KEYS) {
    if (!byKey.has(images) || sets.some((set) => set.split === split)) continue;
    const [imageArray, labelArray] = [array(images)!, array(labels)];
    byKey.delete(images);
    byKey.delete(labels);
    if (labelArray === undefined) {
      throw new DatasetError(
        `${input}: expected labels as ${labels} beside ${images}; received none. Add them.`,
      );
    }
    sets.push(setOf(imageArray, labelArray, split, [`${input}: ${images}`, `${input}: ${labels}`]));
  }
  if (sets.length === 0) {
    throw new DatasetError(
      `${input}: expected images and labels as x_train and y_train, x_val and y_val, x_test and y_test, x and y, or images and labels; received ${listed([...unknown]) || 'no arrays'}. Rename the arrays.`,
    );
  }
  const names = entry(CLASS_NAMES_KEY);
  const classNames = names && parseNpyStrings(names, `${input}: ${CLASS_NAMES_KEY}`);
  byKey.delete(CLASS_NAMES_KEY);
  // Of two names for one set, the second.
  for (const file of byKey.values()) unknown.add(nameOf(file));
  leftOut.push(...unknown);
  return { sets, classNames };
}

const nameOf = (file: string): string => file.replace(/\.npy$/, '');

function listed(names: readonly string[]): string {
  const more = names.length > MOST_LISTED ? ', …' : '';
  return names.slice(0, MOST_LISTED).map(shown).join(', ') + more;
}

function setOf(
  images: IdxArray,
  labels: IdxArray,
  split: SetName,
  [imagesSource, labelsSource]: readonly [string, string],
): LabelledImages {
  const pixels = images.data;
  const [count = 0] = images.shape;
  const shape = imageShapeOf(images.shape);
  if (!(pixels instanceof Uint8Array) || shape === undefined) {
    throw new DatasetError(
      `${imagesSource}: expected images, uint8 [N, H, W], [N, H, W, C] of 1 to 4 channels or, if they are square, [N, H · W]; received ${pixels.constructor.name} [${images.shape.join(', ')}]. ${adviceFor(images)}`,
    );
  }
  const isList = labels.shape.length === 1 || (labels.shape.length === 2 && labels.shape[1] === 1);
  if (!isList || labels.data.length !== count) {
    throw new DatasetError(
      `${imagesSource} with ${labelsSource}: expected as many labels as images; received ${count} images and labels [${labels.shape.join(', ')}]. Use arrays of the same set.`,
    );
  }
  const bytes = Uint8Array.from(labels.data);
  const stranger = bytes.findIndex((byte, index) => byte !== labels.data[index]);
  if (stranger >= 0) {
    throw new DatasetError(
      `${labelsSource}: expected labels from 0 to 255; received ${labels.data[stranger]!} for image ${stranger}. Check the labels.`,
    );
  }
  return { split, ...shape, batches: () => slices(pixels, bytes, bytesOf(shape)) };
}

/** Collects a set, which NumPy's header wants to be counted first. */
class Collector {
  readonly #shape: ImageShape;
  readonly #batches: LabelledBatch[] = [];
  #count = 0;

  constructor(shape: ImageShape) {
    this.#shape = shape;
  }

  append(batch: LabelledBatch): void {
    this.#count += batch.labels.length;
    if (this.#count * bytesOf(this.#shape) > MAX_PIXELS_IN_MEMORY) {
      throw new DatasetError(
        `NumPy arrays: expected at most ${MAX_PIXELS_IN_MEMORY} bytes in all; received more. Convert to IDX or CSV.`,
      );
    }
    this.#batches.push(batch);
  }

  images(): Uint8Array {
    const { height, width, channels } = this.#shape;
    const shape = [this.#count, height, width, ...(channels === 1 ? [] : [channels])];
    return this.#array(shape, ({ pixels }) => pixels);
  }

  labels(): Uint8Array {
    return this.#array([this.#count], ({ labels }) => labels);
  }

  #array(shape: readonly number[], part: (batch: LabelledBatch) => Uint8Array): Uint8Array {
    return encodeNpy({ shape, data: joined(this.#batches, part) });
  }
}

/** Writes one pair into a folder. */
export function writeNpy(
  folder: string,
  { images, labels }: PairNames,
  shape: ImageShape,
): SetWriter {
  const collector = new Collector(shape);
  return {
    append(batch) {
      collector.append(batch);
      return Promise.resolve();
    },
    async finish() {
      await writeFile(path.join(folder, images), collector.images());
      await writeFile(path.join(folder, labels), collector.labels());
    },
    close: () => Promise.resolve(),
  };
}

/** Writes all sets, one after another, into one `.npz`. */
export class NpzWriter {
  readonly #file: string;
  readonly #sets: { readonly split: SetName; readonly collector: Collector }[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  writer(split: SetName, shape: ImageShape): SetWriter {
    const collector = new Collector(shape);
    this.#sets.push({ split, collector });
    return {
      append(batch) {
        collector.append(batch);
        return Promise.resolve();
      },
      finish: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }

  /** Writes the file; `signal` ends it. */
  async finish(classNames: readonly string[] | undefined, signal?: AbortSignal): Promise<void> {
    const sets = this.#sets;
    function* entries(): Generator<readonly [name: string, bytes: Uint8Array], void, undefined> {
      for (const { split, collector } of sets) {
        yield [`x_${split}.npy`, collector.images()];
        yield [`y_${split}.npy`, collector.labels()];
      }
      if (classNames) yield [`${CLASS_NAMES_KEY}.npy`, encodeNpyStrings(classNames)];
    }
    const { writeArchive } = await import('./npz-archive.ts');
    await writeArchive(Writable.toWeb(createWriteStream(this.#file)), entries(), signal);
  }
}
