/**
 * Images to learn from, whatever this machine has: a data set of the catalogue, generated digits,
 * or `auto`, which is MNIST where it is available and generated digits elsewhere.
 */
import { checkOptions, isErrorNamed } from '@convnet/tensor';
import { type DownloadError } from '../errors.ts';
import { generateDigits } from '../generated-digits/generate-digits.ts';
import type { DatasetName } from '../catalogue/catalogue.ts';
import { DOWNLOAD_OPTIONS } from './download/download-options.ts';
import { loadDataset, type LoadDatasetOptions, type LoadedDataset } from './load-dataset.ts';

/** Which images to load. */
export type ImagesChoice = 'auto' | 'generated' | DatasetName;

/** Options of {@link loadImages}. */
export interface LoadImagesOptions extends LoadDatasetOptions {
  readonly dataset: ImagesChoice;
  /** Root seed of generated digits. */
  readonly seed: number;
  /** Numbers of generated digits; by default 60,000 and 10,000, as many as MNIST has. */
  readonly generatedCounts?: { readonly train: number; readonly test: number };
}

/**
 * Loads images from the best place there is.
 *
 * @throws MissingDataError, DatasetError, IdxFormatError or GzipError if a folder that was named,
 * or the cache, lacks files or holds broken ones.
 * @throws DownloadError if a requested data set is not available.
 * @throws OptionError for an option that there is not, or of a wrong kind.
 * @example
 * ```ts
 * const { train, test, origin } = await loadImages({ dataset: 'auto', seed: 1 });
 * console.error(origin.explanation);
 * ```
 */
export async function loadImages(options: LoadImagesOptions): Promise<LoadedDataset> {
  checkOptions(options, `dataset seed generatedCounts dataDir ${DOWNLOAD_OPTIONS}`, 'loadImages');
  const { dataset, seed, generatedCounts = { train: 60_000, test: 10_000 }, ...where } = options;
  checkOptions(generatedCounts, 'train test', 'loadImages generatedCounts');
  const generated = (reason: string): LoadedDataset => ({
    train: generateDigits({ count: generatedCounts.train, seed, split: 'train' }),
    test: generateDigits({ count: generatedCounts.test, seed, split: 'test' }),
    origin: { kind: 'generated', explanation: `generated digits, ${reason}` },
  });
  if (dataset === 'generated') return generated('as asked for');
  if (dataset !== 'auto') return loadDataset(dataset, where);
  try {
    return await loadDataset('mnist', where);
  } catch (error) {
    if (!isErrorNamed<DownloadError>(error, 'DownloadError')) throw error;
    return generated(
      `because MNIST is not on this machine and could not be downloaded (${error.reasons.join('; ')})`,
    );
  }
}
