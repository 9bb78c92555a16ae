/**
 * How much each sample counts in the loss: its own weight times that of its class. As in Keras,
 * a batch's loss is the sum of the weighted losses over the number of its samples.
 */
import { kindOf, numberOption, OptionError, shown } from '@convnet/tensor';
import type { LabelledSamples } from './labelled-samples.ts';

/** Weights of classes, by class number; 1 where none is given. */
export type ClassWeights = Readonly<Record<number, number>> | readonly number[];

/** Options of `fit` that weigh samples. */
export interface WeightOptions {
  /** Factor of the loss of each class, such as `dataset.classWeights()`. */
  readonly classWeight?: ClassWeights;
  /** Factor of the loss of each sample, in the order of the samples. */
  readonly sampleWeight?: ArrayLike<number> | undefined;
}

const checkWeight = (weight: number, where: string): number =>
  numberOption(weight, { least: 0 }, where);

/**
 * `data` with the weight of each sample; without weights where all are 1.
 * @throws OptionError for negative or non-finite weights, weights of classes that there are
 * none of, or a number of sample weights that is not the number of samples.
 */
export function weighted(
  data: LabelledSamples,
  { classWeight, sampleWeight }: WeightOptions,
  where: string,
): LabelledSamples {
  if (!classWeight && !sampleWeight) return data;
  const { count, judges, labels, classCount } = data.targets;
  if (classWeight && (judges === 'nothing' || labels.length !== count)) {
    throw new OptionError(
      `${where} classWeight: expected a loss for which each sample has one class. Weigh samples by sampleWeight.`,
    );
  }
  const kind = kindOf(classWeight ?? {});
  if (kind !== 'Object' && kind !== 'Array') {
    throw new OptionError(
      `${where} classWeight: expected an object or a list of weights by class number; received ${shown(classWeight)}.`,
    );
  }
  const ofClass = new Float64Array(classCount).fill(1);
  for (const [key, weight] of Object.entries(classWeight ?? {})) {
    const number = Number(key);
    if (!Number.isInteger(number) || number < 0 || number >= classCount) {
      throw new OptionError(
        `${where} classWeight: expected classes from 0 to ${classCount - 1}; received ${shown(key)}.`,
      );
    }
    ofClass[number] = checkWeight(weight, `${where} classWeight[${key}]`);
  }
  if (sampleWeight && sampleWeight.length !== count) {
    throw new OptionError(
      `${where} sampleWeight: expected ${count} weights, one a sample; received ${sampleWeight.length}.`,
    );
  }
  const weights = Float64Array.from({ length: count }, (_, i) => {
    const own = sampleWeight ? checkWeight(sampleWeight[i]!, `${where} sampleWeight[${i}]`) : 1;
    return own * (classWeight ? ofClass[labels[i]!]! : 1);
  });
  return { ...data, weights };
}
