/**
 * The catalogue's entry for one data set: its facts, its classes, the four files it is
 * published as, and how these are stored where that differs from MNIST.
 */
import type { Normalization } from '../dataset/image-samples.ts';

/** The four files of a data set, in the order training and test, images and labels. */
export const DATASET_PARTS = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;

/** One of the four files. */
export type DatasetPart = (typeof DATASET_PARTS)[number];

/** Names of the two halves of every data set. */
export const DATASET_SPLITS = ['train', 'test'] as const;

/** One of the two halves. */
export type DatasetSplit = (typeof DATASET_SPLITS)[number];

/** By what a file is known; whatever is given must hold. */
export interface FileIdentity {
  /** Size in bytes. */
  readonly bytes?: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256?: string;
  /** 32 lower-case hexadecimal digits; all that some publishers give. */
  readonly md5?: string;
}

/** A file as it is published. */
export interface PublishedFile extends FileIdentity {
  /** Name on its mirrors, such as `train-images-idx3-ubyte.gz`. */
  readonly name: string;
  /** The same file decompressed, where that is known. */
  readonly unpacked?: FileIdentity;
}

/** One data set of the catalogue. */
export interface DatasetEntry {
  /** Name on the command line, such as `emnist-letters`. */
  readonly name: string;
  /** Name in sentences, such as `EMNIST Letters`. */
  readonly title: string;
  /** One line for lists. */
  readonly description: string;
  readonly homepage: string;
  /** Terms of use, as its publishers state them. */
  readonly licence: string;
  /** Authors, title and place of the paper to cite. */
  readonly citation: string;
  /** One name per class, in the order of the labels. */
  readonly classNames: readonly string[];
  /** Number of images. */
  readonly counts: Readonly<Record<DatasetSplit, number>>;
  /** Images of each class, where published. */
  readonly classCounts?: Readonly<Record<DatasetSplit, readonly number[]>>;
  /** Mean and deviation of the training images; measured when they are read if not given. */
  readonly normalization?: Normalization;
  /** Folder of its files below a cache and below one's own mirror. */
  readonly folder: string;
  /** Where torchvision keeps the files below its root, such as `MNIST/raw`. */
  readonly torchvisionFolder: string;
  /** Addresses that the names of the files, or of the archive, are appended to. */
  readonly mirrors: readonly string[];
  /** The four files; entries of the archive if there is one. */
  readonly files: Readonly<Record<DatasetPart, PublishedFile>>;
  /** A zip archive that the files are published in, instead of one by one. */
  readonly archive?: PublishedFile;
  /** Whether images are stored column after column, unlike those of MNIST. */
  readonly isTransposed?: boolean;
  /** Label of the first class; 0 if not given. */
  readonly firstLabel?: number;
}
