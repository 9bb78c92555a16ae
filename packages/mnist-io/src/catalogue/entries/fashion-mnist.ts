/** Fashion-MNIST, as Zalando Research published it: the files of MNIST with other pictures. */
import type { DatasetEntry } from '../dataset-entry.ts';

/** 70,000 pictures of clothes, shoes and bags. */
export const fashionMnist = {
  name: 'fashion-mnist',
  title: 'Fashion-MNIST',
  description: 'clothes, shoes and bags',
  homepage: 'https://github.com/zalandoresearch/fashion-mnist',
  licence: 'MIT',
  citation:
    'H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, a novel image dataset for benchmarking machine learning algorithms. arXiv:1708.07747, 2017',
  classNames: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  counts: { train: 60_000, test: 10_000 },
  classCounts: {
    train: new Array<number>(10).fill(6000),
    test: new Array<number>(10).fill(1000),
  },
  normalization: { mean: 0.286, standardDeviation: 0.353 },
  folder: 'fashion-mnist',
  torchvisionFolder: 'FashionMNIST/raw',
  mirrors: [
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
  ],
  files: {
    trainImages: {
      name: 'train-images-idx3-ubyte.gz',
      bytes: 26_421_880,
      sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      md5: '8d4fb7e6c68d591d4c3dfef9ec88bf0d',
    },
    trainLabels: {
      name: 'train-labels-idx1-ubyte.gz',
      bytes: 29_515,
      sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      md5: '25c81989df183df01b3e8a0aad5dffbe',
    },
    testImages: {
      name: 't10k-images-idx3-ubyte.gz',
      bytes: 4_422_102,
      sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      md5: 'bef4ecab320f06d8554ea6380940ec79',
    },
    testLabels: {
      name: 't10k-labels-idx1-ubyte.gz',
      bytes: 5_148,
      sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      md5: 'bb300cfdad3c16e7a12a480ee83cd310',
    },
  },
} as const satisfies DatasetEntry;
