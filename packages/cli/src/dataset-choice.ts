/** What `--data` and the commands of `convnet data` take: names of data sets, folders and files. */
import { isErrorNamed, type Model } from '@convnet/convnet';
import { ProgramError } from '@convnet/convnet/node';
import {
  catalogue,
  datasetNamed,
  datasetsNamed,
  type MissingDataError,
  type DatasetEntry,
} from '@convnet/mnist-io';
import { InvalidArgumentError } from 'commander';
import { existsSync } from 'node:fs';

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

/** Whether a text names something in the catalogue. */
function isInCatalogue(text: string): boolean {
  try {
    return datasetsNamed(text).length > 0;
  } catch {
    return false;
  }
}

/** The folder or file of a data set of one's own that `--data` names; undefined for a name. */
export const placeOfData = (data: string): string | undefined =>
  data === 'auto' || data === 'generated' || isInCatalogue(data) ? undefined : data;

/** A name of the catalogue, `auto` or `generated`, or the folder or file of a data set of one's own. */
export function dataOption(text: string): string {
  if (placeOfData(text) === undefined) {
    return text === 'auto' || text === 'generated' ? text : usage(() => datasetNamed(text)).name;
  }
  // What looks like a place is said to be missing where it is read.
  if (/[./\\]/.test(text) || existsSync(text)) return text;
  throw new InvalidArgumentError(
    `Expected auto, generated, ${datasetNames}, or a folder or file; received ${JSON.stringify(text)}, which is none of them.`,
  );
}

/**
 * The data that a network was trained on, by the name that `--data` takes; `auto` if its file does not tell.
 * @throws ProgramError if that is no name, but a folder or file of one's own.
 */
export function nameOfTraining(file: string, { info }: Model): string {
  const { trainedOn = 'auto' } = info;
  if (placeOfData(trainedOn) === undefined) return trainedOn;
  throw new ProgramError(
    'usage',
    `${file}: expected the data to test it with; it was trained on ${JSON.stringify(trainedOn)}, a data set of one's own. Name its folder or file with --data.`,
  );
}
