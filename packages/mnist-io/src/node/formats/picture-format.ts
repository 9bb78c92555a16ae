/**
 * Data sets as folders of pictures: a folder for each class, `<class>/<picture>`, or, where there
 * are several sets, `train/<class>/<picture>`, `val/…` and `test/…`, as ImageFolder, Ultralytics and
 * Kaggle lay them out.
 *
 * Classes and pictures are in natural order. Folders that are called by numbers are the labels;
 * other names are class names and count from 0, in their own order or in that of the description.
 * What is no picture, or cannot be read, is left out and listed.
 */
import { isErrorNamed } from '@convnet/tensor';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError, type ImageError } from '../../errors.ts';
import {
  DESCRIPTION_FILE,
  type DatasetDescription,
  type PictureFit,
} from './dataset-description.ts';
import {
  batchSizeFor,
  bytesOf,
  type ImageShape,
  type ImageSize,
  type LabelledBatch,
  type LabelledImages,
  type OpenDataset,
  type SetWriter,
} from './labelled-images.ts';
import type { SetName } from './set-names.ts';
import { byNaturalOrder } from './natural-order.ts';
import type { PictureCodec } from './picture-codec.ts';
import { contentOf, folderNameOf, labelsOf, setFoldersIn } from './picture-folders.ts';

/** Pictures that are decoded at the same time. */
const CONCURRENCY = 16;

/** How pictures become images. */
export interface PictureOptions {
  /** Size of the images; by default that of the description, or of the pictures if they have one. */
  readonly size: ImageSize | undefined;
  /** Size where pictures have several, or one that is large; without it that is an error. */
  readonly usualSize: ImageSize | undefined;
  /** Channels of the images; by default those of the description, or 1 if no picture has colours, else 3. */
  readonly channels: number | undefined;
  readonly fit: PictureFit;
  /** `class`: class after class; `name`: by the names of the files, over all classes. */
  readonly order: 'class' | 'name';
  readonly codec: PictureCodec;
  readonly signal: AbortSignal | undefined;
}

/** Pictures of more pixels are made smaller where there is a usual size. */
const LARGEST_KEPT = 64 * 64;

interface LabelledPicture {
  readonly file: string;
  readonly label: number;
}

/**
 * The data set in a folder of pictures, `described` by its description.
 * @param leftOut - takes what is no picture, now and while the sets are read.
 */
export async function readPictures(
  input: string,
  described: DatasetDescription,
  options: PictureOptions,
  leftOut: string[],
): Promise<OpenDataset> {
  const folders = await setFoldersIn(input, leftOut);
  const contents = new Map<SetName, readonly string[]>();
  for (const [split, folder] of folders) {
    const content = await contentOf(folder);
    contents.set(split, content.folders);
    const strangers = content.files.filter((name) => name !== DESCRIPTION_FILE);
    leftOut.push(...strangers.map((name) => path.join(folder, name)));
  }
  const classes = [...new Set([...contents.values()].flat())].sort(byNaturalOrder);
  if (classes.length === 0) {
    throw new DatasetError(
      `${input}: expected a folder for each class with pictures in it; received none. Check the path.`,
    );
  }
  const { labels, classNames } = labelsOf(input, classes, described.classes);
  const found = new Map<SetName, LabelledPicture[]>();
  for (const [split, folder] of folders) {
    const names = [...contents.get(split)!].sort((a, b) => labels.get(a)! - labels.get(b)!);
    const pictures: LabelledPicture[] = [];
    for (const name of names) {
      const { files, folders: below } = await contentOf(path.join(folder, name));
      const label = labels.get(name)!;
      pictures.push(...files.map((file) => ({ file: path.join(folder, name, file), label })));
      leftOut.push(...below.map((deeper) => path.join(folder, name, deeper)));
    }
    if (options.order === 'name') {
      pictures.sort((a, b) => byNaturalOrder(path.basename(a.file), path.basename(b.file)));
    }
    if (pictures.length === 0) {
      throw new DatasetError(
        `${folder}: expected pictures in the folders of the classes; received none. Check the path.`,
      );
    }
    found.set(split, pictures);
  }
  const shape = await shapeFor(input, found, described.shape, options, leftOut);
  const sets = [...found].map(([split, pictures]) =>
    pictureSet(split, pictures, shape, options, leftOut),
  );
  const pictures = { fit: options.fit, invert: described.pictures?.invert ?? false };
  return { sets, classNames, pictures };
}

/**
 * What `read` makes of each picture, some at a time, in order. What is no picture, or is broken, becomes
 * undefined, and is listed with the reason.
 */
async function readAll<T>(
  pictures: readonly LabelledPicture[],
  leftOut: string[],
  read: (file: string) => Promise<T>,
): Promise<(T | undefined)[]> {
  const results: (T | undefined)[] = [];
  for (let next = 0; next < pictures.length; next += CONCURRENCY) {
    const now = pictures.slice(next, next + CONCURRENCY);
    const outcomes = await Promise.allSettled(now.map(({ file }) => read(file)));
    for (const [index, outcome] of outcomes.entries()) {
      results.push(outcome.status === 'fulfilled' ? outcome.value : undefined);
      if (outcome.status === 'fulfilled') continue;
      const error: unknown = outcome.reason;
      if (!isErrorNamed<ImageError>(error, 'ImageError')) throw error;
      const { file } = now[index]!;
      leftOut.push(error.message.startsWith(file) ? error.message : `${file}: ${error.message}`);
    }
  }
  return results;
}

/**
 * The shape that all images get. Where the options or the description do not tell, the headers of all
 * pictures are read; those without one are taken out of the list.
 */
async function shapeFor(
  input: string,
  found: Map<SetName, LabelledPicture[]>,
  described: DatasetDescription['shape'],
  { size, usualSize, channels, codec, signal }: PictureOptions,
  leftOut: string[],
): Promise<ImageShape> {
  const [height, width] = [size?.height ?? described?.[0], size?.width ?? described?.[1]];
  const colours = channels ?? described?.[2];
  if (height !== undefined && width !== undefined && colours !== undefined) {
    return { height, width, channels: colours };
  }
  const sizes: (ImageSize & { readonly file: string })[] = [];
  for (const [split, pictures] of found) {
    const headers = await readAll(pictures, leftOut, (file) => {
      signal?.throwIfAborted();
      return codec.size(file);
    });
    found.set(
      split,
      pictures.filter((_, index) => headers[index]),
    );
    for (const [index, { file }] of pictures.entries()) {
      const header = headers[index];
      if (header) sizes.push({ ...header, file });
    }
  }
  const [first] = sizes;
  if (first === undefined) {
    throw new DatasetError(
      `${input}: expected pictures; received files that are none. ${leftOut[0] ?? ''}`.trimEnd(),
    );
  }
  const inColour = colours ?? ((await anyHasColors(sizes, codec)) ? 3 : 1);
  if (height !== undefined && width !== undefined) return { height, width, channels: inColour };
  const other = sizes.find((one) => one.height !== first.height || one.width !== first.width);
  const isLarge = first.height * first.width > LARGEST_KEPT;
  if (usualSize && (other || isLarge)) return { ...usualSize, channels: inColour };
  if (other) {
    throw new DatasetError(
      `${other.file}: expected ${first.width} × ${first.height} pixels, as ${first.file} has; received ${other.width} × ${other.height}. Pass \`size\` to resize all pictures, such as ${first.width}x${first.height}.`,
    );
  }
  return { height: first.height, width: first.width, channels: inColour };
}

/** Looks at one after the other; what cannot be read is found when it is. */
async function anyHasColors(
  pictures: readonly { readonly file: string }[],
  codec: PictureCodec,
): Promise<boolean> {
  for (const { file } of pictures) {
    const hasColors = await codec.hasColors(file).catch((error: unknown) => {
      if (isErrorNamed<ImageError>(error, 'ImageError')) return false;
      throw error;
    });
    if (hasColors) return true;
  }
  return false;
}

function pictureSet(
  split: SetName,
  pictures: readonly LabelledPicture[],
  shape: ImageShape,
  { fit, codec }: PictureOptions,
  leftOut: string[],
): LabelledImages {
  async function* batches(): AsyncGenerator<LabelledBatch, void, undefined> {
    const bytes = bytesOf(shape);
    const step = Math.min(batchSizeFor(bytes), 4 * CONCURRENCY);
    for (let start = 0; start < pictures.length; start += step) {
      const some = pictures.slice(start, start + step);
      const images = await readAll(some, leftOut, (file) => codec.read(file, shape, fit));
      const pixels = new Uint8Array(some.length * bytes);
      const labels: number[] = [];
      for (const [index, image] of images.entries()) {
        if (!image) continue;
        pixels.set(image, labels.length * bytes);
        labels.push(some[index]!.label);
      }
      yield {
        pixels: pixels.subarray(0, labels.length * bytes),
        labels: Uint8Array.from(labels),
      };
    }
  }
  return { split, ...shape, batches };
}

/**
 * Writes one set: `<class>/<number>.png`, where the number is the place in the set.
 * @param classNames - names of the folders; without them the labels.
 */
export function writePictures(
  folder: string,
  classNames: readonly string[] | undefined,
  shape: ImageShape,
  codec: PictureCodec,
): SetWriter {
  const made = new Set<string>();
  const folderOf = async (label: number): Promise<string> => {
    const name = path.join(folder, folderNameOf(classNames?.[label] ?? String(label)));
    if (!made.has(name)) await mkdir(name, { recursive: true });
    made.add(name);
    return name;
  };
  let written = 0;
  const write = async (batch: LabelledBatch, index: number): Promise<void> => {
    const bytes = bytesOf(shape);
    const pixels = batch.pixels.subarray(index * bytes, (index + 1) * bytes);
    const place = `${String(written + index).padStart(6, '0')}.png`;
    const png = await codec.encodePng({ ...shape, pixels });
    await writeFile(path.join(await folderOf(batch.labels[index]!), place), png);
  };
  return {
    async append(batch) {
      const indices = [...batch.labels.keys()];
      for (let next = 0; next < indices.length; next += CONCURRENCY) {
        const now = indices.slice(next, next + CONCURRENCY);
        await Promise.all(now.map((index) => write(batch, index)));
      }
      written += indices.length;
    },
    async finish() {
      // Also classes without pictures keep their place.
      for (let label = 0; label < (classNames?.length ?? 0); label++) await folderOf(label);
    },
    close: () => Promise.resolve(),
  };
}

/** Whether each class would have a folder of its own. */
export function haveDistinctFolders(classNames: readonly string[]): boolean {
  return new Set(classNames.map(folderNameOf)).size === classNames.length;
}
