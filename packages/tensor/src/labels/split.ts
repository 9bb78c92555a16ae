/**
 * Divisions of samples at random, by their indices: in two, or in k parts each of which validates what the
 * others train. Names and defaults are those of scikit-learn.
 */
import { OptionError } from '../errors.ts';
import { checkOptions, integerOption, numberOption } from '../options.ts';
import { RandomStreams, type Random } from '../random.ts';
import { checkLabels } from './one-hot.ts';

/** More are a mistake, and would take gigabytes. */
const MOST_SAMPLES = 2 ** 27;

/** Options of {@link trainTestSplit}. */
export interface TrainTestSplitOptions {
  /** Root of the random numbers, a whole number in 0 … 2⁵³ − 1. */
  readonly seed: number;
  /** Share of the samples to test with, above 0 and below 1; default 0.25. */
  readonly testSize?: number;
  /** The class of each sample, a whole number from 0: both parts then have the classes in proportion. */
  readonly stratify?: ArrayLike<number> | undefined;
}

/** Options of {@link kFold}. */
export interface KFoldOptions {
  /** Number of folds, at least 2; default 5. */
  readonly k?: number;
  /** Root of the random numbers, a whole number in 0 … 2⁵³ − 1. */
  readonly seed: number;
  /** The class of each sample, a whole number from 0: all folds then have the classes in proportion. */
  readonly stratify?: ArrayLike<number> | undefined;
}

/** Indices of the samples to train and to validate with, each in ascending order. */
export interface Fold {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Divides `count` samples at random in those to train and those to test with. With `stratify`, of each
 * class both get their share, to within one sample.
 *
 * @returns indices, each list in ascending order.
 * @throws OptionError if an option is out of range, or one part has no samples.
 * @example
 * ```ts
 * const { train, test } = trainTestSplit(labels.length, { seed: 1, testSize: 0.2, stratify: labels });
 * ```
 */
export function trainTestSplit(
  count: number,
  options: TrainTestSplitOptions,
): { readonly train: Uint32Array; readonly test: Uint32Array } {
  const where = 'trainTestSplit';
  checkOptions(options, 'seed testSize stratify', where);
  const { seed, testSize = 0.25, stratify } = options;
  numberOption(testSize, { above: 0, below: 1 }, `${where} testSize`);
  const random = new RandomStreams(seed).stream('train-test-split');
  const [test, train] = divided(classesOf(count, stratify, where), testSize, random);
  if (test.length === 0 || train.length === 0) {
    throw new OptionError(
      `${where}: expected samples to train and to test with; ${testSize} of ${count} leaves none. Change testSize.`,
    );
  }
  return { train, test };
}

/**
 * Divides `count` samples at random in k folds of one size, to within one sample; each validates what the others
 * train. With `stratify`, the samples of each class are divided so, too.
 *
 * @returns for each fold indices, each list in ascending order.
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * for (const { train, validation } of kFold(labels.length, { k: 5, seed: 1, stratify: labels })) {
 *   const model = createPreset('simple', { seed: 1 });
 *   // compile it, fit it on subset(images, train), evaluate it on subset(images, validation)
 * }
 * ```
 */
export function kFold(count: number, options: KFoldOptions): Fold[] {
  const where = 'kFold';
  checkOptions(options, 'k seed stratify', where);
  const { k = 5, seed, stratify } = options;
  const classes = classesOf(count, stratify, where);
  integerOption(k, { least: 2, most: count }, `${where} k`);
  const random = new RandomStreams(seed).stream('k-fold');
  const foldOf = new Uint32Array(count);
  let place = 0;
  for (const indices of classes) {
    random.shuffle(indices);
    // Dealing goes on from class to class, which keeps the folds of one size.
    for (const index of indices) foldOf[index] = place++ % k;
  }
  const all = Uint32Array.from(foldOf.keys());
  return Array.from({ length: k }, (_, fold) => ({
    train: all.filter((index) => foldOf[index] !== fold),
    validation: all.filter((index) => foldOf[index] === fold),
  }));
}

/**
 * Divides the indices of `labels` in two, each in ascending order. Of n_c samples of class c, the first
 * part gets `fraction` · n_c, rounded so that it has `fraction` · n in all, rounded.
 */
export function stratifiedSplit(
  labels: ArrayLike<number>,
  fraction: number,
  random: Random,
): [first: Uint32Array, rest: Uint32Array] {
  numberOption(fraction, { least: 0, most: 1 }, 'stratifiedSplit fraction');
  return divided(classesOf(labels.length, labels, 'stratifiedSplit'), fraction, random);
}

function divided(
  classes: readonly number[][],
  fraction: number,
  random: Random,
): [first: Uint32Array, rest: Uint32Array] {
  const first: number[] = [];
  const rest: number[] = [];
  let seen = 0;
  for (const indices of classes) {
    random.shuffle(indices);
    // Rounding sums, not each class, keeps the rounding errors from adding up.
    const share = Math.round(fraction * (seen + indices.length)) - Math.round(fraction * seen);
    seen += indices.length;
    indices.forEach((index, place) => (place < share ? first : rest).push(index));
  }
  return [Uint32Array.from(first).sort(), Uint32Array.from(rest).sort()];
}

/** The indices of each class, in the order of the classes; of one class without labels. */
function classesOf(
  count: number,
  labels: ArrayLike<number> | undefined,
  where: string,
): number[][] {
  integerOption(count, { least: 0, most: MOST_SAMPLES }, `${where} count`);
  if (labels !== undefined) {
    checkLabels(labels, Infinity, where);
    if (labels.length !== count) {
      throw new OptionError(
        `${where} stratify: expected a label for each of ${count} samples; received ${labels.length}.`,
      );
    }
  }
  const indices = new Map<number, number[]>();
  for (let index = 0; index < count; index++) {
    const label = labels?.[index] ?? 0;
    const others = indices.get(label);
    if (others) others.push(index);
    else indices.set(label, [index]);
  }
  return [...indices].sort(([a], [b]) => a - b).map(([, ofClass]) => ofClass);
}
