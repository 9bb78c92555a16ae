/**
 * EMNIST: NIST's handwritten letters and digits in the frame of MNIST, cut in six ways that share
 * one zip archive. Images are stored transposed, and the labels of `letters` begin at 1.
 */
import { DIGIT_CLASS_NAMES } from '../../dataset/image-dataset.ts';
import type { DatasetEntry, PublishedFile } from '../dataset-entry.ts';

const UPPER_CASE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
const LOWER_CASE = 'abcdefghijklmnopqrstuvwxyz'.split('');

/** Letters that look alike in both cases and are one class in the merged splits (paper, sec. II). */
const MERGED = new Set('cijklmopsuvwxyz');

const ALL_CLASSES = [...DIGIT_CLASS_NAMES, ...UPPER_CASE, ...LOWER_CASE];
const MERGED_CLASSES = ALL_CLASSES.filter((name) => !MERGED.has(name));

const archive: PublishedFile = {
  name: 'gzip.zip',
  bytes: 561_753_746,
  sha256: 'fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e',
  md5: '58c8d27c78d21e728a6bc7b3cc06412e',
};

/** The six splits. */
export type EmnistSplit = 'balanced' | 'byclass' | 'bymerge' | 'digits' | 'letters' | 'mnist';

interface SplitFacts {
  readonly split: EmnistSplit;
  readonly title: string;
  readonly description: string;
  readonly classNames: readonly string[];
  readonly counts: DatasetEntry['counts'];
  readonly isBalanced: boolean;
  readonly firstLabel?: number;
}

function entry({ split, title, isBalanced, ...facts }: SplitFacts): DatasetEntry {
  const classCount = facts.classNames.length;
  const each = (count: number) => new Array<number>(classCount).fill(count / classCount);
  const file = (name: string): PublishedFile => ({ name: `emnist-${split}-${name}-ubyte.gz` });
  return {
    name: `emnist-${split}`,
    title: `EMNIST ${title}`,
    ...facts,
    homepage: 'https://www.nist.gov/itl/products-and-services/emnist-dataset',
    licence: 'public domain in the United States (NIST)',
    citation:
      'G. Cohen, S. Afshar, J. Tapson, A. van Schaik: EMNIST, an extension of MNIST to handwritten letters. arXiv:1702.05373, 2017',
    ...(isBalanced && {
      classCounts: { train: each(facts.counts.train), test: each(facts.counts.test) },
    }),
    folder: 'emnist',
    torchvisionFolder: 'EMNIST/raw',
    mirrors: [
      'https://biometrics.nist.gov/cs_links/EMNIST/',
      'https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/',
    ],
    files: {
      trainImages: file('train-images-idx3'),
      trainLabels: file('train-labels-idx1'),
      testImages: file('test-images-idx3'),
      testLabels: file('test-labels-idx1'),
    },
    archive,
    isTransposed: true,
  };
}

/** The six splits, in alphabetical order. */
export const emnist: readonly DatasetEntry[] = [
  entry({
    split: 'balanced',
    title: 'Balanced',
    description: 'digits and letters, as many of each, letters alike in both cases merged',
    classNames: MERGED_CLASSES,
    counts: { train: 112_800, test: 18_800 },
    isBalanced: true,
  }),
  entry({
    split: 'byclass',
    title: 'By Class',
    description: 'all digits and letters',
    classNames: ALL_CLASSES,
    counts: { train: 697_932, test: 116_323 },
    isBalanced: false,
  }),
  entry({
    split: 'bymerge',
    title: 'By Merge',
    description: 'all digits and letters, letters alike in both cases merged',
    classNames: MERGED_CLASSES,
    counts: { train: 697_932, test: 116_323 },
    isBalanced: false,
  }),
  entry({
    split: 'digits',
    title: 'Digits',
    description: 'handwritten digits, as many of each',
    classNames: DIGIT_CLASS_NAMES,
    counts: { train: 240_000, test: 40_000 },
    isBalanced: true,
  }),
  entry({
    split: 'letters',
    title: 'Letters',
    description: 'handwritten letters, both cases merged',
    classNames: LOWER_CASE,
    counts: { train: 124_800, test: 20_800 },
    isBalanced: true,
    firstLabel: 1,
  }),
  entry({
    split: 'mnist',
    title: 'MNIST',
    description: 'handwritten digits, as many of each, as many as MNIST',
    classNames: DIGIT_CLASS_NAMES,
    counts: { train: 60_000, test: 10_000 },
    isBalanced: true,
  }),
];
