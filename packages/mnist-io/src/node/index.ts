/**
 * `@convnet/mnist-io/node`: MNIST on disk, downloads of it, and the folders it is looked for in.
 */
export {
  loadDigits,
  type DigitsChoice,
  type DigitsOrigin,
  type LoadDigitsOptions,
  type LoadedDigits,
} from './load-digits.ts';
export {
  downloadMnist,
  MNIST_IDENTITIES,
  MNIST_MIRRORS,
  type DownloadMnistOptions,
  type DownloadProgress,
} from './download/mnist-download.ts';
export {
  findMnistFiles,
  loadMnist,
  readIdxFile,
  type DatasetSplits,
  type MnistFiles,
  type MnistPart,
} from './mnist-files.ts';
export { userFolder, type Environment, type FolderPurpose } from './user-folder.ts';
export type { Fetch, FileIdentity } from './download/verified-download.ts';
