/**
 * Mixup: training on samples that lie between two of a data set, with targets that lie so, too. It makes
 * networks less sure of themselves, and more often right (H. Zhang et al., "mixup: Beyond empirical risk
 * minimization", 2018):
 *
 *     x = λ xᵢ + (1 − λ) xⱼ      y = λ yᵢ + (1 − λ) yⱼ      λ ~ Beta(α, α)
 *
 * Each sample is the xᵢ of one mixture in each epoch; its xⱼ is another of its batch, or itself.
 */
import {
  checkOptions,
  drawBeta,
  integerOption,
  isTensor,
  listOption,
  numberOption,
  oneHot,
  OptionError,
  positiveInteger,
  RandomStreams,
  sizeOf,
  Tensor,
  type DType,
} from '@convnet/tensor';
import { asSource, consecutive, isLater, type Samples } from '../samples/samples.ts';
import type { LabelledBatch } from './labelled-batch.ts';

/** Options of {@link mixup}. */
export interface MixupOptions {
  /** Number of classes; the network has as many outputs. */
  readonly classCount: number;
  /** How far samples are mixed: α from 0.001 to 1000, 0.2 by default. The smaller, the nearer to one of the two. */
  readonly alpha?: number;
  /** Samples of a batch, 32 by default; the last of an epoch may have fewer. */
  readonly batchSize?: number;
  /** Root of the random numbers, a whole number in 0 … 2⁵³ − 1. */
  readonly seed: number;
}

/** Batches of mixed samples `x` `[N, …]`, and of distributions over the classes `y` `[N, K]`. */
export interface MixedBatch extends LabelledBatch {
  readonly x: Tensor;
  readonly y: Tensor;
}

/**
 * Batches of mixed samples for `fit`, in a new random order and mixed anew in each epoch; the same for a
 * seed everywhere. The network is compiled with the loss `categoricalCrossentropy`. Sources whose
 * samples come later are waited for.
 *
 * @param labels - the class of each sample, from 0 to `classCount` − 1.
 * @returns a function of the epoch, which `fit` calls.
 * @throws OptionError for labels or options that do not fit.
 * @example
 * ```ts
 * model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
 * const mixed = mixup(train.images, train.labels, { classCount: 10, alpha: 0.2, seed: 1 });
 * await model.fit(mixed, { epochs: 5 });
 * ```
 */
export function mixup(
  samples: Samples,
  labels: ArrayLike<number>,
  options: MixupOptions,
): (epoch: number, signal?: AbortSignal) => AsyncGenerator<MixedBatch, void, undefined> {
  checkOptions(options, 'classCount alpha batchSize seed', 'mixup');
  const { classCount, alpha = 0.2, batchSize = 32, seed } = options;
  numberOption(alpha, { least: 0.001, most: 1000 }, 'mixup alpha');
  positiveInteger(batchSize, 'mixup batchSize');
  const streams = new RandomStreams(seed);
  const source = asSource(samples, 'mixup');
  const { sampleCount, sampleShape } = source;
  const classes = classesOf(labels, sampleCount, classCount);
  const dtype = isTensor(samples) ? samples.dtype : 'float32';
  return async function* batches(epoch, signal) {
    integerOption(epoch, { least: 0 }, 'mixup epoch');
    const random = streams.stream(`mixup ${epoch}`);
    const order = consecutive(sampleCount);
    random.shuffle(order);
    for (let start = 0; start < sampleCount; start += batchSize) {
      signal?.throwIfAborted();
      const indices = order.subarray(start, start + batchSize);
      const count = indices.length;
      const x = Tensor.zeros([count, ...sampleShape], dtype);
      const reading = source.readSamples(indices, x.data, epoch, signal);
      if (isLater(reading)) await reading;
      const y = oneHot(
        Uint32Array.from(indices, (index) => classes[index]!),
        classCount,
      );
      const partners = consecutive(count);
      random.shuffle(partners);
      const shares = Float64Array.from(partners, () => drawBeta(random, alpha, alpha));
      yield { x: mixed(x, partners, shares, dtype), y: mixed(y, partners, shares, dtype) };
    }
  };
}

/** @throws OptionError unless there is a class for each sample. */
function classesOf(
  labels: ArrayLike<number>,
  sampleCount: number,
  classCount: number,
): Uint32Array {
  listOption(labels, 'mixup labels');
  positiveInteger(classCount, 'mixup classCount');
  if (labels.length !== sampleCount) {
    throw new OptionError(
      `mixup: expected as many labels as samples; received ${sampleCount} samples and ${labels.length} labels.`,
    );
  }
  const limits = { least: 0, most: classCount - 1 };
  return Uint32Array.from({ length: sampleCount }, (_, n) =>
    integerOption(labels[n], limits, `mixup labels[${n}]`),
  );
}

/** Row n of the result is `shares[n]` of row n, and the rest of row `partners[n]`. */
function mixed(rows: Tensor, partners: Uint32Array, shares: Float64Array, dtype: DType): Tensor {
  const { data } = rows;
  const size = sizeOf(rows.shape.slice(1));
  const result = Tensor.zeros(rows.shape, dtype);
  for (const [n, share] of shares.entries()) {
    const [own, other] = [n * size, partners[n]! * size];
    for (let i = 0; i < size; i++) {
      result.data[own + i] = share * data[own + i]! + (1 - share) * data[other + i]!;
    }
  }
  return result;
}
