/** Kuzushiji-MNIST, as the Center for Open Data in the Humanities (ROIS) published it. */
import type { DatasetEntry } from '../dataset-entry.ts';

/** 70,000 characters of old Japanese cursive script. */
export const kmnist = {
  name: 'kmnist',
  title: 'Kuzushiji-MNIST',
  description: 'old Japanese cursive characters',
  homepage: 'http://codh.rois.ac.jp/kmnist/',
  licence: 'CC BY-SA 4.0',
  citation:
    'T. Clanuwat, M. Bober-Irizar, A. Kitamoto, A. Lamb, K. Yamamoto, D. Ha: Deep learning for classical Japanese literature. arXiv:1812.01718, 2018',
  classNames: ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'],
  counts: { train: 60_000, test: 10_000 },
  classCounts: {
    train: new Array<number>(10).fill(6000),
    test: new Array<number>(10).fill(1000),
  },
  normalization: { mean: 0.1918, standardDeviation: 0.3483 },
  folder: 'kmnist',
  torchvisionFolder: 'KMNIST/raw',
  mirrors: ['http://codh.rois.ac.jp/kmnist/dataset/kmnist/'],
  files: {
    trainImages: {
      name: 'train-images-idx3-ubyte.gz',
      bytes: 18_165_135,
      sha256: '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4',
      md5: 'bdb82020997e1d708af4cf47b453dcf7',
    },
    trainLabels: {
      name: 'train-labels-idx1-ubyte.gz',
      bytes: 29_497,
      sha256: 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17',
      md5: 'e144d726b3acfaa3e44228e80efcd344',
    },
    testImages: {
      name: 't10k-images-idx3-ubyte.gz',
      bytes: 3_041_136,
      sha256: 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5',
      md5: '5c965bf0a639b31b8f53240b1b52f4d7',
    },
    testLabels: {
      name: 't10k-labels-idx1-ubyte.gz',
      bytes: 5_120,
      sha256: '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c',
      md5: '7320c461ea6c1c855c0b718fb2a4b134',
    },
  },
} as const satisfies DatasetEntry;
