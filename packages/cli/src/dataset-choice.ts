/** The names of data sets that `--dataset` and the commands of `convnet data` take. */
import { isErrorNamed } from '@convnet/convnet';
import {
  catalogue,
  datasetNamed,
  datasetsNamed,
  type MissingDataError,
  type DatasetEntry,
} from '@convnet/mnist-io';
import type { ImagesChoice } from '@convnet/mnist-io/node';
import { InvalidArgumentError } from 'commander';

/** All names, for help texts. */
export const datasetNames = catalogue.map(({ name }) => name).join(', ');

/** Calls `find`, and turns its complaint into one of commander's, which is wrong usage. */
function usage<T>(find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (!isErrorNamed<MissingDataError>(error, 'MissingDataError')) throw error;
    throw new InvalidArgumentError(error.message.replace(/^data set "[^"]*": e/, 'E'));
  }
}

/** Data sets of the catalogue: one, or all splits of EMNIST; those named before come first. */
export const datasetsArgument = (text: string, before: readonly DatasetEntry[] = []) => [
  ...new Set([...before, ...usage(() => datasetsNamed(text))]),
];

/** One data set of the catalogue, or `generated`. */
export const imagesArgument = (text: string): ImagesChoice =>
  text === 'generated' ? text : (usage(() => datasetNamed(text)).name as ImagesChoice);

/** One data set of the catalogue, `generated`, or `auto`. */
export const datasetOption = (text: string): ImagesChoice =>
  text === 'auto' ? text : imagesArgument(text);
