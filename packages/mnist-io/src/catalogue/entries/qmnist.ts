/**
 * QMNIST: MNIST made anew from NIST's originals, with 60,000 test images instead of 10,000. Its
 * labels are int32 `[N, 8]`; column 0 is the class. Its `xnist-*.xz` files, all of NIST's digits,
 * are xz-compressed, which neither Node nor browsers read, and are not offered.
 */
import { DIGIT_CLASS_NAMES } from '../../dataset/image-dataset.ts';
import type { DatasetEntry } from '../dataset-entry.ts';

/** 120,000 handwritten digits. */
export const qmnist = {
  name: 'qmnist',
  title: 'QMNIST',
  description: 'handwritten digits, MNIST made anew with a larger test set',
  homepage: 'https://github.com/facebookresearch/qmnist',
  licence: 'BSD-3-Clause',
  citation:
    'C. Yadav, L. Bottou: Cold case, the lost MNIST digits. Advances in Neural Information Processing Systems 32, 2019',
  classNames: DIGIT_CLASS_NAMES,
  counts: { train: 60_000, test: 60_000 },
  folder: 'qmnist',
  torchvisionFolder: 'QMNIST/raw',
  mirrors: ['https://raw.githubusercontent.com/facebookresearch/qmnist/master/'],
  files: {
    trainImages: {
      name: 'qmnist-train-images-idx3-ubyte.gz',
      sha256: '9e26a7bf1683614e065d7b76460ccd52807165b3f22561fb782bd9f38c52b51d',
      md5: 'ed72d4157d28c017586c42bc6afe6370',
    },
    trainLabels: {
      name: 'qmnist-train-labels-idx2-int.gz',
      sha256: '2c05dc77f6b916b38e455e97ab129a42a444f3dbef09b278a366f82904e0dd9f',
      md5: '0058f8dd561b90ffdd0f734c6a30e5e4',
    },
    testImages: {
      name: 'qmnist-test-images-idx3-ubyte.gz',
      sha256: '43fc22bf7498b8fc98de98369d72f752d0deabc280a43a7bcc364ab19e57b375',
      md5: '1394631089c404de565df7b7aeaf9412',
    },
    testLabels: {
      name: 'qmnist-test-labels-idx2-int.gz',
      sha256: '9fbcbe594c3766fdf4f0b15c5165dc0d1e57ac604e01422608bb72c906030d06',
      md5: '5b5b05890a5e13444e108efe57b788aa',
    },
  },
} as const satisfies DatasetEntry;
