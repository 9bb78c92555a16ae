/**
 * Stands in for the data sets of the catalogue in tests: files of the same names and formats, with
 * a handful of generated images.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import {
  DATASET_PARTS,
  datasetNamed,
  encodeIdx,
  generateDigits,
  uprightImages,
  type DatasetEntry,
  type DatasetName,
  type DatasetPart,
  type FileIdentity,
  type ImageDataset,
} from '../src/index.ts';

/** Numbers of images. */
export const SMALL_COUNTS = { train: 20, test: 10 };

/** The images that stand in, with labels from 0 to 9. */
export const smallDigits: Record<'train' | 'test', ImageDataset> = {
  train: generateDigits({ count: SMALL_COUNTS.train, seed: 5, split: 'train' }),
  test: generateDigits({ count: SMALL_COUNTS.test, seed: 5, split: 'test' }),
};

/** A data set of the catalogue with a handful of images. */
export interface SmallDataset {
  /** The facts, with sizes and hashes of the small files. */
  readonly entry: DatasetEntry;
  /** What mirrors serve, by name. */
  readonly published: ReadonlyMap<string, Uint8Array>;
  /** The four files decompressed. */
  readonly plain: Readonly<Record<DatasetPart, Uint8Array>>;
}

function imagesFile({ images, size }: ImageDataset, isTransposed: boolean): Uint8Array {
  const array = { shape: [size, 28, 28], data: images.pixels };
  return encodeIdx(isTransposed ? uprightImages(array) : array);
}

function labelsFile({ labels, size }: ImageDataset, name: string, firstLabel: number): Uint8Array {
  if (!name.includes('idx2-int')) {
    return encodeIdx({ shape: [size], data: labels.map((label) => label + firstLabel) });
  }
  // As in QMNIST: the class, and seven columns that say where the digit came from.
  const table = Int32Array.from({ length: 8 * size }, (_, position) =>
    position % 8 === 0 ? labels[position / 8]! : 100_000 + position,
  );
  return encodeIdx({ shape: [size, 8], data: table });
}

function identityOf(bytes: Uint8Array, hasSha256: boolean): FileIdentity {
  const hashed = (algorithm: string) => createHash(algorithm).update(bytes).digest('hex');
  if (!hasSha256) return { md5: hashed('md5') };
  return { bytes: bytes.length, sha256: hashed('sha256'), md5: hashed('md5') };
}

async function zipOf(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  await writer.add('gzip/', undefined, { directory: true });
  for (const [name, bytes] of files) await writer.add(`gzip/${name}`, new Uint8ArrayReader(bytes));
  return writer.close();
}

const countsOfClasses = (classCount: number): NonNullable<DatasetEntry['classCounts']> => {
  const each = (count: number) =>
    Array.from({ length: classCount }, (_, label) => (label < 10 ? count / 10 : 0));
  return { train: each(SMALL_COUNTS.train), test: each(SMALL_COUNTS.test) };
};

/** A small stand-in; `more` goes into its archive, if it has one, beside its own files. */
export async function smallDataset(
  name: DatasetName,
  more: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<SmallDataset> {
  const entry = datasetNamed(name);
  const { isTransposed = false, firstLabel = 0, archive } = entry;
  const plain: Record<DatasetPart, Uint8Array> = {
    trainImages: imagesFile(smallDigits.train, isTransposed),
    trainLabels: labelsFile(smallDigits.train, entry.files.trainLabels.name, firstLabel),
    testImages: imagesFile(smallDigits.test, isTransposed),
    testLabels: labelsFile(smallDigits.test, entry.files.testLabels.name, firstLabel),
  };
  const gzipped = new Map<string, Uint8Array>();
  const files: Record<DatasetPart, DatasetEntry['files'][DatasetPart]> = { ...entry.files };
  for (const part of DATASET_PARTS) {
    const { name: file, bytes } = entry.files[part];
    const compressed = gzipSync(plain[part]);
    gzipped.set(file, compressed);
    if (!archive) files[part] = { name: file, ...identityOf(compressed, bytes !== undefined) };
  }
  const zip = archive && (await zipOf(new Map([...gzipped, ...more])));
  return {
    entry: {
      ...entry,
      counts: SMALL_COUNTS,
      classCounts: countsOfClasses(entry.classNames.length),
      files,
      ...(archive && zip && { archive: { name: archive.name, ...identityOf(zip, true) } }),
    },
    published: archive && zip ? new Map([[archive.name, zip]]) : gzipped,
    plain,
  };
}

/** Writes the published files of a data set into a folder. */
export async function writePublished(
  { published }: Pick<SmallDataset, 'published'>,
  folder: string,
): Promise<void> {
  await fs.mkdir(folder, { recursive: true });
  for (const [name, bytes] of published) await fs.writeFile(path.join(folder, name), bytes);
}

/** A new empty folder below the system's one for temporary files. */
export function temporaryFolder(): Promise<string> {
  return fs.mkdtemp(path.join(os.tmpdir(), 'convnet-mnist-io-'));
}
