/**
 * Where the digits come from. In this order: the folder that was asked for, the folder that
 * `CONVNET_DATA_DIR` names, the user's cache, a download into the cache, and, if real data is not
 * insisted on, the built-in generator. A folder that was named is never replaced by anything.
 */
import path from 'node:path';
import { DataError, DatasetError, DownloadError } from '../errors.ts';
import { generateDigits } from '../generated-digits/generate-digits.ts';
import { downloadMnist, type DownloadProgress } from './download/mnist-download.ts';
import {
  areComplete,
  loadMnist,
  locateMnistFiles,
  readMnistFiles,
  type DatasetSplits,
  type MnistFiles,
} from './mnist-files.ts';
import { userFolder, type Environment } from './user-folder.ts';

/** Which digits to load; `'auto'` is MNIST where it can be had and generated digits elsewhere. */
export type DigitsChoice = 'auto' | 'mnist' | 'generated';

/** Options of {@link loadDigits}. */
export interface LoadDigitsOptions {
  readonly dataset: DigitsChoice;
  /** A folder that holds MNIST; goes before everything else. */
  readonly dataDir?: string | undefined;
  /** Read for `CONVNET_DATA_DIR`, `CONVNET_OFFLINE` and the user's folders. */
  readonly env?: Environment;
  /** Root seed of generated digits. */
  readonly seed: number;
  /** Numbers of generated digits; by default 60,000 and 10,000, as many as MNIST has. */
  readonly generatedCounts?: { readonly train: number; readonly test: number };
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where to download from; by default the public mirrors. */
  readonly mirrors?: readonly string[];
}

/** What the digits are, and why these. */
export interface DigitsOrigin {
  readonly kind: 'mnist' | 'generated';
  /** One sentence for people. */
  readonly explanation: string;
}

/** Digits to train and to test with. */
export interface LoadedDigits extends DatasetSplits {
  readonly origin: DigitsOrigin;
}

/**
 * Loads digits from the best place there is.
 *
 * @throws MissingDataError, DatasetError, IdxFormatError or GzipError if a folder that was named,
 * or the cache, lacks files or holds broken ones.
 * @throws DownloadError if MNIST was insisted on and is nowhere to be had.
 * @example
 * ```ts
 * const { train, test, origin } = await loadDigits({ dataset: 'auto', seed: 1 });
 * console.error(origin.explanation);
 * ```
 */
export async function loadDigits(options: LoadDigitsOptions): Promise<LoadedDigits> {
  const { dataset, env = process.env } = options;
  if (dataset === 'generated') return generated(options, 'as asked for');

  const fromEnvironment = env['CONVNET_DATA_DIR'] === '' ? undefined : env['CONVNET_DATA_DIR'];
  const named = options.dataDir ?? fromEnvironment;
  if (named !== undefined) {
    const by = options.dataDir === undefined ? 'CONVNET_DATA_DIR' : 'as asked for';
    return mnist(await loadMnist(named), `real MNIST from ${named} (${by})`);
  }

  const cache = path.join(userFolder('cache', env), 'mnist');
  const cached = await locateMnistFiles(cache);
  const outcome = areComplete(cached) ? await readCache(cached) : undefined;
  if (outcome !== undefined && !(outcome instanceof DataError)) {
    return mnist(outcome, `real MNIST from ${cache}`);
  }
  try {
    const files = await downloadMnist(cache, options);
    return mnist(await readMnistFiles(files), `real MNIST from ${cache}, verified by checksum`);
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    if (outcome !== undefined) {
      throw new DatasetError(
        `${outcome.message} This file of the cache is broken and could not be replaced: ${error.message} Delete ${cache}, or try again with a network.`,
        { cause: outcome },
      );
    }
    if (dataset === 'mnist') throw error;
    return generated(
      options,
      `because MNIST is not on this machine and could not be downloaded (${error.reasons.join('; ')})`,
    );
  }
}

/** MNIST from the cache, or what is wrong with it. */
async function readCache(files: MnistFiles): Promise<DatasetSplits | DataError> {
  try {
    return await readMnistFiles(files);
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
}

function mnist(splits: DatasetSplits, explanation: string): LoadedDigits {
  return { ...splits, origin: { kind: 'mnist', explanation } };
}

function generated(options: LoadDigitsOptions, reason: string): LoadedDigits {
  const { seed, generatedCounts = { train: 60_000, test: 10_000 } } = options;
  return {
    train: generateDigits({ count: generatedCounts.train, seed, split: 'train' }),
    test: generateDigits({ count: generatedCounts.test, seed, split: 'test' }),
    origin: { kind: 'generated', explanation: `generated digits, ${reason}` },
  };
}
