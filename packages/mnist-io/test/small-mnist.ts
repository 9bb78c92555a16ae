/**
 * Stands in for MNIST in tests: four files of the same names and formats, with a handful of
 * generated images.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeIdx, generateDigits } from '../src/index.ts';
import { MNIST_FILE_NAMES, type MnistPart } from '../src/node/mnist-files.ts';
import type { FileIdentity } from '../src/node/index.ts';

/** Numbers of images. */
export const SMALL_COUNTS = { train: 20, test: 10 };

/** Content of the four files, not gzipped. */
export function smallMnist(): Record<MnistPart, Uint8Array> {
  const [train, test] = (['train', 'test'] as const).map((split) =>
    generateDigits({ count: SMALL_COUNTS[split], seed: 5, split }),
  );
  const images = (set: typeof train): Uint8Array =>
    encodeIdx({ shape: [set!.size, 28, 28], data: set!.images.pixels });
  const labels = (set: typeof train): Uint8Array =>
    encodeIdx({ shape: [set!.size], data: set!.labels });
  return {
    trainImages: images(train),
    trainLabels: labels(train),
    testImages: images(test),
    testLabels: labels(test),
  };
}

/** The same, gzipped: by the names that mirrors use, and with their sizes and hashes. */
export function gzippedSmallMnist(): {
  byName: ReadonlyMap<string, Uint8Array>;
  identities: Record<MnistPart, FileIdentity>;
} {
  const byName = new Map<string, Uint8Array>();
  const identityOf = (part: MnistPart): FileIdentity => {
    const bytes = gzipSync(smallMnist()[part]);
    byName.set(`${MNIST_FILE_NAMES[part]}.gz`, bytes);
    return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  const identities = {
    trainImages: identityOf('trainImages'),
    trainLabels: identityOf('trainLabels'),
    testImages: identityOf('testImages'),
    testLabels: identityOf('testLabels'),
  };
  return { byName, identities };
}

/** A new empty folder below the system's one for temporary files. */
export function temporaryFolder(): Promise<string> {
  return fs.mkdtemp(path.join(os.tmpdir(), 'convnet-mnist-io-'));
}
