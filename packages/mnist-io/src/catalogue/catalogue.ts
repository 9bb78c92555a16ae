/** The catalogue of data sets. */
import { shown, textOption } from '@convnet/tensor';
import { MissingDataError } from '../errors.ts';
import type { DatasetEntry } from './dataset-entry.ts';
import { emnist, type EmnistSplit } from './entries/emnist.ts';
import { fashionMnist } from './entries/fashion-mnist.ts';
import { kmnist } from './entries/kmnist.ts';
import { mnist } from './entries/mnist.ts';
import { qmnist } from './entries/qmnist.ts';

/** Names of the catalogue. */
export type DatasetName = 'mnist' | 'fashion-mnist' | 'kmnist' | 'qmnist' | `emnist-${EmnistSplit}`;

/** Every data set, by name. */
export const catalogue: readonly DatasetEntry[] = [mnist, fashionMnist, kmnist, qmnist, ...emnist];

/** Names of several data sets together. */
const GROUPS: ReadonlyMap<string, readonly DatasetEntry[]> = new Map([['emnist', emnist]]);

/** `emnist/letters`, `EMNIST_Letters` and `emnist-letters` are one name, and so on. */
const plain = (name: string): string => name.toLowerCase().replace(/[-_/ ]/g, '');

/**
 * The data sets that a name means: one, or for `emnist` all six splits.
 *
 * @param name in either case, with `-`, `_`, `/` or nothing between its words.
 * @throws MissingDataError if the catalogue has no such name.
 * @example
 * ```ts
 * datasetsNamed('emnist/letters')[0].classNames.length; // 26
 * ```
 */
export function datasetsNamed(name: string): readonly [DatasetEntry, ...DatasetEntry[]] {
  textOption(name, 'data set');
  const entries = catalogue.filter((entry) => plain(entry.name) === plain(name));
  const [first, ...rest] = entries.length > 0 ? entries : (GROUPS.get(plain(name)) ?? []);
  if (first) return [first, ...rest];
  throw new MissingDataError(
    `data set ${shown(name)}: expected one of ${catalogue.map((entry) => entry.name).join(', ')}; received another name. Choose one of these.`,
  );
}

/**
 * The one data set that a name means.
 *
 * @param name in either case, with `-`, `_`, `/` or nothing between its words.
 * @throws MissingDataError if the catalogue has no such name, or the name means several.
 * @example
 * ```ts
 * datasetNamed('fashion-mnist').classNames[9]; // Ankle boot
 * ```
 */
export function datasetNamed(name: string): DatasetEntry {
  const [entry, ...others] = datasetsNamed(name);
  if (others.length === 0) return entry;
  const names = [entry, ...others].map((each) => each.name);
  throw new MissingDataError(
    `data set "${name}": expected the name of one data set; received that of ${names.length}. Choose one of ${names.join(', ')}.`,
  );
}

/** A name for a data set of one's own: never one of the catalogue, and not `generated` or `auto`. */
export function nameOfOwn(name: string): string {
  const taken = [...catalogue.map((entry) => entry.name), ...GROUPS.keys(), 'generated', 'auto'];
  return taken.some((other) => plain(other) === plain(name)) ? `own-${name}` : name;
}
