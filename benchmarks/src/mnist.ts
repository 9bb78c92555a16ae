/**
 * The training images of MNIST from its four IDX files: as bytes, and as floats
 * x = (byte / 255 − 0.1307) / 0.3081. The folder is that of CONVNET_DATA_DIR, else a shared one
 * beside the repository.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CLASSES, IMAGE_PIXELS } from './workload.ts';

const MEAN = 0.1307;
const STANDARD_DEVIATION = 0.3081;
const IMAGES_HEADER_BYTES = 16;
const LABELS_HEADER_BYTES = 8;

const imagesFile = 'train-images-idx3-ubyte.gz';
const labelsFile = 'train-labels-idx1-ubyte.gz';

/**
 * The folder of the files.
 * @throws Error that says what is missing.
 */
export function findDataFolder(packageFolder: string): string {
  const named = process.env['CONVNET_DATA_DIR'];
  const folder = named && resolve(packageFolder, named);
  if (folder && [imagesFile, labelsFile].every((file) => existsSync(join(folder, file)))) {
    return folder;
  }
  throw new Error(
    `CONVNET_DATA_DIR: expected a folder with ${imagesFile} and ${labelsFile}; received ${named ?? 'nothing'}.`,
  );
}

/** Images as bytes and their digits. */
export interface Mnist {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** The training images in the folder that the runner hands to its children. */
export function loadMnist(): Mnist {
  const folder = findDataFolder('.');
  const read = (file: string, headerBytes: number): Uint8Array =>
    unpack(readFileSync(join(folder, file))).subarray(headerBytes);
  return {
    pixels: read(imagesFile, IMAGES_HEADER_BYTES),
    labels: read(labelsFile, LABELS_HEADER_BYTES),
  };
}

/** The content of a gzip file, unpacked in one piece: its last four bytes say how large it is. */
function unpack(file: Buffer): Uint8Array {
  return gunzipSync(file, { chunkSize: file.readUInt32LE(file.length - 4) + 64 });
}

/** Pixels [N, 28, 28] as normalized floats. */
export function normalize(pixels: Uint8Array): Float32Array {
  const valueOfByte = Float32Array.from(
    { length: 256 },
    (_, byte) => (byte / 255 - MEAN) / STANDARD_DEVIATION,
  );
  const inputs = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) inputs[i] = valueOfByte[pixels[i]!]!;
  return inputs;
}

/** Floats of batches in a random order; the batch's memory is used again for the next one. */
export function* shuffledBatches(
  inputs: Float32Array,
  labels: Uint8Array,
  images: number,
  batchSize: number,
): Generator<{ batchInputs: Float32Array; oneHot: Float32Array; count: number }> {
  const order = shuffledOrder(images);
  const batchInputs = new Float32Array(batchSize * IMAGE_PIXELS);
  const oneHot = new Float32Array(batchSize * CLASSES);
  for (let start = 0; start < images; start += batchSize) {
    const count = Math.min(batchSize, images - start);
    oneHot.fill(0);
    for (let i = 0; i < count; i++) {
      const from = order[start + i]! * IMAGE_PIXELS;
      batchInputs.set(inputs.subarray(from, from + IMAGE_PIXELS), i * IMAGE_PIXELS);
      oneHot[i * CLASSES + labels[order[start + i]!]!] = 1;
    }
    yield {
      batchInputs: batchInputs.subarray(0, count * IMAGE_PIXELS),
      oneHot: oneHot.subarray(0, count * CLASSES),
      count,
    };
  }
}

/** 0 … count − 1 in a random order (Fisher-Yates). */
function shuffledOrder(count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
