/**
 * `@convnet/mnist-io`: the catalogue of data sets, the IDX format, labelled images, augmentation,
 * generated handwritten digits, and the way from any picture to a digit. Works on bytes and runs
 * unchanged in browsers; files and downloads are in `@convnet/mnist-io/node`.
 *
 * @module @convnet/mnist-io
 */
export { augmentations, type AugmentationName } from './augmentation/augmentations.ts';
export { augmented, type AugmentedSamples } from './augmentation/augmented.ts';
export { colorJitter, type ColorJitterOptions } from './augmentation/color-jitter.ts';
export { crop, type CropOptions } from './augmentation/crop.ts';
export { cutout, type CutoutOptions } from './augmentation/cutout.ts';
export { elastic, type ElasticOptions } from './augmentation/elastic.ts';
export { erase, type EraseOptions } from './augmentation/erase.ts';
export { flip, type FlipOptions } from './augmentation/flip.ts';
export { keep, type KeepOptions } from './augmentation/keep.ts';
export { noise, type NoiseOptions } from './augmentation/noise.ts';
export { rotate, type RotateOptions } from './augmentation/rotate.ts';
export { scale, type ScaleOptions } from './augmentation/scale.ts';
export { shear, type ShearOptions } from './augmentation/shear.ts';
export { shift, type ShiftOptions } from './augmentation/shift.ts';
export { strokeWidth, type StrokeWidthOptions } from './augmentation/stroke-width.ts';
export type {
  Augmentation,
  Canvas,
  Gate,
  GeometricTransform,
  PixelTransform,
  Transform,
} from './augmentation/transform.ts';
export type { Warp } from './augmentation/warp.ts';
export { catalogue, datasetNamed, datasetsNamed, type DatasetName } from './catalogue/catalogue.ts';
export {
  DATASET_PARTS,
  DATASET_SPLITS,
  type DatasetEntry,
  type DatasetPart,
  type DatasetSplit,
  type FileIdentity,
  type PublishedFile,
} from './catalogue/dataset-entry.ts';
export { classLabels, uprightImages, type ClassLabelOptions } from './catalogue/stored-layout.ts';
export type { Chunks } from './chunk-reader.ts';
export type { BatchOptions, ImageBatch } from './dataset/batches.ts';
export { decompressIfGzipped, type DecompressOptions } from './decompress.ts';
export { DIGIT_FRAME_SIZE, DIGIT_INK_SIZE } from './digit-frame.ts';
export {
  DataError,
  DatasetError,
  DownloadError,
  GzipError,
  IdxFormatError,
  ImageError,
  isDataError,
  MissingDataError,
  NpyFormatError,
  OutputError,
} from './errors.ts';
export {
  generateDigits,
  MAX_GENERATED_IMAGES,
  type GenerateDigitsOptions,
} from './generated-digits/generate-digits.ts';
export { encodeIdx } from './idx/encode-idx.ts';
export type { IdxHeader } from './idx/idx-header.ts';
export {
  openIdxStream,
  type Gunzip,
  type IdxStream,
  type OpenIdxStreamOptions,
} from './idx/idx-stream.ts';
export {
  idxTypeName,
  MAX_IDX_AXES,
  MAX_IDX_BYTES,
  type IdxArray,
  type IdxData,
  type IdxTypeName,
} from './idx/idx-types.ts';
export { parseIdx, type ParseIdxOptions } from './idx/parse-idx.ts';
export { readIdx } from './idx/read-idx.ts';
export {
  DIGIT_CLASS_NAMES,
  ImageDataset,
  type ImageDatasetInit,
  type SeedOptions,
} from './dataset/image-dataset.ts';
export { imageDatasetFromIdx, type FromIdxOptions } from './dataset/image-dataset-from-idx.ts';
export { inverted } from './dataset/inverted.ts';
export { oneHot } from './dataset/one-hot.ts';
export {
  ImageSamples,
  MNIST_NORMALIZATION,
  type ImageSamplesInit,
  type Normalization,
} from './dataset/image-samples.ts';
export { pickImages, type PickImagesOptions } from './dataset/pick-images.ts';
export { normalizationOf, pixelStatistics } from './dataset/pixel-statistics.ts';
export { MIN_INK_CONTRAST } from './image-to-digit/find-ink.ts';
export {
  imageToDigit,
  imageToDigits,
  type DigitImage,
  type ImageToDigitOptions,
} from './image-to-digit/image-to-digit.ts';
export type { PixelBox } from './image-to-digit/plane.ts';
export { MAX_IMAGE_PIXELS, type SourceImage } from './image-to-digit/source-image.ts';
export { encodeNpy, parseNpy, type ParseNpyOptions } from './npy/npy.ts';
export { encodeNpyStrings, parseNpyStrings } from './npy/npy-strings.ts';
