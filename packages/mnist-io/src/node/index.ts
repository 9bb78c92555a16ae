/**
 * `@convnet/mnist-io/node`: IDX files, data sets on disk, downloads of them, the folders they are
 * looked for in, and their conversion from and to other formats.
 *
 * @module @convnet/mnist-io/node
 */
export { userFolder, type Environment, type FolderPurpose } from '@convnet/tensor/node';
export { loadImages, type ImagesChoice, type LoadImagesOptions } from './load-images.ts';
export {
  loadDataset,
  loadMnist,
  type DatasetOrigin,
  type LoadDatasetOptions,
  type LoadedDataset,
} from './load-dataset.ts';
export { findDataset, type FoundDataset, type PlaceOptions } from './dataset-places.ts';
export {
  areComplete,
  findDatasetFiles,
  locateDatasetFiles,
  readDatasetFiles,
  type DatasetFiles,
  type DatasetSplits,
  type SearchOptions,
} from './dataset-files.ts';
export {
  verifyDataset,
  type ContentVerdict,
  type DatasetVerdict,
  type FileVerdict,
} from './verify-dataset.ts';
export {
  cacheFolder,
  downloadDatasets,
  type DatasetChoice,
  type DownloadOptions,
} from './download/dataset-download.ts';
export { mirrorsOf, type DownloadProgress, type MirrorOptions } from './download/mirrors.ts';
export type { Fetch, FetchAnswer, FetchRequest } from './download/fetch.ts';
export {
  openIdxFile,
  readIdxFile,
  type OpenIdxFileOptions,
  type ReadIdxFileOptions,
} from './idx/read-idx-file.ts';
export {
  createIdxFile,
  writeIdxFile,
  type CreateIdxFileOptions,
  type IdxFileWriter,
  type WriteIdxFileOptions,
} from './idx/write-idx-file.ts';
export {
  conversionFormats,
  convertDataset,
  type ConversionFormats,
  type ConvertDatasetOptions,
  type ConvertedArray,
  type ConvertedSets,
} from './conversion/convert-dataset.ts';
export type { ConvertedSet } from './conversion/convert-set.ts';
export { DATASET_FORMATS, type DatasetFormat } from './formats/format-names.ts';
export type {
  ImageShape,
  ImageSize,
  LabelledBatch,
  LabelledImages,
  OpenDataset,
  RawImage,
} from './formats/labelled-images.ts';
export { SET_NAMES, type SetName } from './formats/set-names.ts';
export {
  DESCRIPTION_FILE,
  PICTURE_FITS,
  type DatasetDescription,
  type PictureFit,
  type PicturePreparation,
} from './formats/dataset-description.ts';
export { openDataset, type OpenDatasetOptions } from './formats/open-dataset.ts';
export { readDataset, type ReadDataset, type ReadDatasetOptions } from './read-dataset.ts';
export type { PictureCodec } from './formats/picture-codec.ts';
