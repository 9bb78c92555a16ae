/**
 * Data sets as folders of pictures: a folder for each class, `<class>/<picture>`, or, where there
 * are two sets, `train/<class>/<picture>` and `test/<class>/<picture>`.
 *
 * Classes and pictures are in natural order. Folders that are called by numbers are the labels;
 * other names are class names and count from 0, in their own order or in that of `class-names.txt`.
 */
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DATASET_SPLITS, type DatasetSplit } from '../../catalogue/dataset-entry.ts';
import { DatasetError } from '../../errors.ts';
import type { SourceImage } from '../../image-to-digit/source-image.ts';
import { CLASS_NAMES_FILE } from './formats.ts';
import {
  batchSizeFor,
  type GreyImage,
  type ImageSize,
  type LabelledBatch,
  type LabelledImages,
  type OpenDataset,
  type SetWriter,
} from './labelled-images.ts';
import { byNaturalOrder } from './natural-order.ts';
import { readClassNames } from './open-source.ts';
import type { PictureCodec } from './picture-codec.ts';

/** Pictures that are decoded at the same time. */
const CONCURRENCY = 16;

interface LabelledPicture {
  readonly file: string;
  readonly label: number;
}

async function entriesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  // What systems leave behind: .DS_Store, Thumbs.db, desktop.ini.
  const strange = /^\.|^Thumbs\.db$|^desktop\.ini$/;
  return names.filter((name) => !strange.test(name)).sort(byNaturalOrder);
}

async function subfoldersOf(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of await entriesOf(folder)) {
    const isFolder = (await stat(path.join(folder, name))).isDirectory();
    if (isFolder) names.push(name);
    else if (name !== CLASS_NAMES_FILE) {
      throw new DatasetError(
        `${path.join(folder, name)}: expected a folder for each class and nothing else; received a file. Move it away, or name an IDX, .npz, .npy or .csv file.`,
      );
    }
  }
  return names;
}

/** How a class's folder is called: its name, without what names of files cannot have. */
function folderNameOf(className: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is to be replaced
  return className.replace(/[\u0000-\u001f/\\:*?"<>|]/g, '-').replace(/^\.+/, '-') || '-';
}

/** Labels of folders, and the names of all classes unless they are just numbers. */
function labelsOf(
  folder: string,
  folders: readonly string[],
  named: readonly string[] | undefined,
): { readonly labels: ReadonlyMap<string, number>; readonly classNames?: readonly string[] } {
  const isNumber = (name: string): boolean => /^(0|[1-9]\d{0,2})$/.test(name) && Number(name) < 256;
  if (named === undefined && folders.every(isNumber)) {
    return { labels: new Map(folders.map((name) => [name, Number(name)])) };
  }
  const classNames = named ?? folders;
  const labels = new Map(classNames.map((name, label) => [folderNameOf(name), label]));
  const stranger = folders.find((name) => !labels.has(name));
  if (stranger !== undefined || labels.size !== classNames.length || labels.size > 256) {
    throw new DatasetError(
      `${folder}: expected at most 256 classes, each with a folder of its own${
        stranger === undefined ? '' : ` and a line in ${CLASS_NAMES_FILE}; received ${stranger}`
      }. Rename the folders.`,
    );
  }
  return { labels, classNames };
}

/**
 * The data set in a folder of pictures.
 * @param size - what all pictures are resized to; without it they must have one size already.
 * @param order - `class`: class after class; `name`: by the names of the files, over all classes.
 */
export async function readPictures(
  input: string,
  size: ImageSize | undefined,
  order: 'class' | 'name',
  codec: PictureCodec,
): Promise<OpenDataset> {
  const top = await subfoldersOf(input);
  const hasSplits =
    top.length > 0 && top.every((name) => DATASET_SPLITS.some((split) => split === name));
  const splits = hasSplits ? DATASET_SPLITS.filter((split) => top.includes(split)) : [undefined];
  const folders = splits.map((split) => path.join(input, split ?? '.'));
  const classFolders = await Promise.all(folders.map(subfoldersOf));
  const classes = [...new Set(classFolders.flat())].sort(byNaturalOrder);
  if (classes.length === 0) {
    throw new DatasetError(
      `${input}: expected a folder for each class with pictures in it; received none. Check the path.`,
    );
  }
  const { labels, classNames } = labelsOf(input, classes, await readClassNames(input));
  const sets: LabelledImages[] = [];
  for (const [index, split] of splits.entries()) {
    const pictures: LabelledPicture[] = [];
    const byLabel = [...classFolders[index]!].sort((a, b) => labels.get(a)! - labels.get(b)!);
    for (const name of byLabel) {
      const folder = path.join(folders[index]!, name);
      for (const file of await entriesOf(folder)) {
        pictures.push({ file: path.join(folder, file), label: labels.get(name)! });
      }
    }
    if (order === 'name') {
      pictures.sort((a, b) => byNaturalOrder(path.basename(a.file), path.basename(b.file)));
    }
    sets.push(await pictureSet(folders[index]!, split ?? 'train', pictures, size, codec));
  }
  return { sets, classNames };
}

async function pictureSet(
  folder: string,
  split: DatasetSplit,
  pictures: readonly LabelledPicture[],
  size: ImageSize | undefined,
  codec: PictureCodec,
): Promise<LabelledImages> {
  const [first] = pictures;
  if (first === undefined) {
    throw new DatasetError(
      `${folder}: expected pictures in the folders of the classes; received none. Check the path.`,
    );
  }
  const { height, width } = size ?? (await readGrey(first.file, undefined, codec));
  async function* batches(): AsyncGenerator<LabelledBatch, void, undefined> {
    const step = Math.min(batchSizeFor(height * width), 4 * CONCURRENCY);
    for (let start = 0; start < pictures.length; start += step) {
      const some = pictures.slice(start, start + step);
      const pixels = new Uint8Array(some.length * height * width);
      for (let next = 0; next < some.length; next += CONCURRENCY) {
        const now = some.slice(next, next + CONCURRENCY);
        const images = await Promise.all(now.map(({ file }) => readGrey(file, size, codec)));
        for (const [index, image] of images.entries()) {
          if (image.height !== height || image.width !== width) {
            throw new DatasetError(
              `${now[index]!.file}: expected ${width} × ${height} pixels, as ${first!.file} has; received ${image.width} × ${image.height}. Pass \`size\` ${width}x${height} to resize all pictures.`,
            );
          }
          pixels.set(image.pixels, (next + index) * height * width);
        }
      }
      yield { pixels, labels: Uint8Array.from(some, ({ label }) => label) };
    }
  }
  return { split, height, width, batches };
}

async function readGrey(
  file: string,
  size: ImageSize | undefined,
  codec: PictureCodec,
): Promise<GreyImage> {
  const picture = await codec.read(file);
  const { height, width } = picture;
  const grey = { height, width, pixels: toGrey(picture) };
  if (!size || (height === size.height && width === size.width)) return grey;
  return { ...size, pixels: await codec.resize(grey, size) };
}

/** Luma by the weights of ITU-R BT.601, on a white page; grey stays exactly as it is. */
function toGrey({ width, height, data }: SourceImage): Uint8Array {
  const pixels = new Uint8Array(width * height);
  for (let pixel = 0, source = 0; pixel < pixels.length; pixel++, source += 4) {
    const [red, green, blue] = [data[source]!, data[source + 1]!, data[source + 2]!];
    const alpha = data[source + 3]!;
    const luma = (299 * red + 587 * green + 114 * blue) / 1000;
    pixels[pixel] = Math.round(255 + ((luma - 255) * alpha) / 255);
  }
  return pixels;
}

/**
 * Writes one set: `<class>/<number>.png`, where the number is the place in the set.
 * @param classNames - names of the folders; without them the labels.
 */
export function writePictures(
  folder: string,
  classNames: readonly string[] | undefined,
  { height, width }: ImageSize,
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
    const pixels = batch.pixels.subarray(index * height * width, (index + 1) * height * width);
    const place = `${String(written + index).padStart(6, '0')}.png`;
    const png = await codec.encodePng({ height, width, pixels });
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
