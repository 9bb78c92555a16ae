/**
 * Learning rates that change from step to step, as functions of the step, which counts from 0.
 * They replace the number in `learningRate`; {@link warmUp} can precede any of them.
 */
import {
  checkOptions,
  functionOption,
  listOption,
  numberOption,
  OptionError,
  positiveInteger,
  shown,
} from '@convnet/tensor';
import type { LearningRate } from './optimizer.ts';

/** A learning rate for each step, from 0. */
export type Schedule = (step: number) => number;

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions {
  /** The rate at step 0. */
  readonly learningRate: number;
  /** The step from which on the rate is 0; usually epochs × batches per epoch. */
  readonly decaySteps: number;
}

/**
 * A learning rate that falls to 0 along half a cosine (Loshchilov and Hutter 2017, without restarts):
 * `rate(step) = ½ · learningRate · (1 + cos(π · step / decaySteps))`, then 0.
 *
 * @example
 * ```ts
 * adam({ learningRate: cosineDecay({ learningRate: 0.001, decaySteps: 5 * 1875 }) });
 * ```
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  checkOptions(options, 'learningRate decaySteps', 'cosineDecay');
  const { learningRate, decaySteps } = options;
  numberOption(learningRate, { least: 0 }, 'cosineDecay learningRate');
  numberOption(decaySteps, { least: 1 }, 'cosineDecay decaySteps');
  return (step) => {
    const progress = Math.min(step / decaySteps, 1);
    return 0.5 * learningRate * (1 + Math.cos(Math.PI * progress));
  };
}

/** Options of {@link piecewiseConstant}. */
export interface PiecewiseConstantOptions {
  /** The last steps at which each value but the last holds; whole numbers that grow. */
  readonly boundaries: readonly number[];
  /** One more than there are boundaries. */
  readonly values: readonly number[];
}

/**
 * One rate after the other, as Keras' PiecewiseConstantDecay.
 *
 * @throws OptionError unless boundaries grow and there is one more value.
 * @example
 * ```ts
 * piecewiseConstant({ boundaries: [1000, 2000], values: [0.1, 0.01, 0.001] }); // 0.01 from step 1001 on
 * ```
 */
export function piecewiseConstant(options: PiecewiseConstantOptions): Schedule {
  checkOptions(options, 'boundaries values', 'piecewiseConstant');
  const { boundaries, values } = options;
  listOption(boundaries, 'piecewiseConstant boundaries');
  listOption(values, 'piecewiseConstant values');
  for (const value of values) numberOption(value, { least: 0 }, 'piecewiseConstant values');
  const grows = boundaries.every(
    (boundary, i) => Number.isSafeInteger(boundary) && boundary > (boundaries[i - 1] ?? -1),
  );
  if (!grows || values.length !== boundaries.length + 1) {
    throw new OptionError(
      `piecewiseConstant: expected whole boundaries that grow, and one more value; received boundaries ${shown(boundaries)} and ${values.length} values.`,
    );
  }
  return (step) => {
    const piece = boundaries.findIndex((boundary) => step <= boundary);
    return values.at(piece < 0 ? -1 : piece)!;
  };
}

/** Options of {@link exponentialDecay}. */
export interface ExponentialDecayOptions {
  /** The rate at step 0. */
  readonly learningRate: number;
  /** Steps after which the rate is multiplied by `decayRate`. */
  readonly decaySteps: number;
  /** Above 0. */
  readonly decayRate: number;
  /** Multiply at once every `decaySteps`, instead of a little each step; default false. */
  readonly staircase?: boolean;
}

/**
 * `learningRate · decayRate^(step / decaySteps)`, as Keras' ExponentialDecay; with `staircase`,
 * the exponent is rounded down, which is PyTorch's StepLR.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * exponentialDecay({ learningRate: 0.1, decaySteps: 1000, decayRate: 0.5 }); // half every 1000 steps
 * ```
 */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  checkOptions(options, 'learningRate decaySteps decayRate staircase', 'exponentialDecay');
  const { learningRate, decaySteps, decayRate, staircase = false } = options;
  numberOption(learningRate, { least: 0 }, 'exponentialDecay learningRate');
  numberOption(decaySteps, { least: 1 }, 'exponentialDecay decaySteps');
  numberOption(decayRate, { above: 0 }, 'exponentialDecay decayRate');
  return (step) => {
    const times = step / decaySteps;
    return learningRate * decayRate ** (staircase ? Math.floor(times) : times);
  };
}

/** Options of {@link oneCycle}. */
export interface OneCycleOptions {
  /** The highest rate. */
  readonly maxLearningRate: number;
  /** Steps of the whole cycle; usually epochs × batches per epoch. */
  readonly totalSteps: number;
  /** Share of the steps in which the rate rises, above 0 and below 1; default 0.3. */
  readonly risingShare?: number;
  /** The first rate is the highest one divided by this; default 25. */
  readonly divFactor?: number;
  /** The last rate is the first one divided by this; default 10,000. */
  readonly finalDivFactor?: number;
}

/** From `from` at 0 to `to` at 1, along half a cosine. */
const alongCosine = (from: number, to: number, progress: number): number =>
  to + 0.5 * (from - to) * (1 + Math.cos(Math.PI * progress));

/**
 * One rise and one longer fall (Smith and Topin 2018), both along half a cosine, as PyTorch's
 * OneCycleLR; the last rate stays.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * sgd({ learningRate: oneCycle({ maxLearningRate: 0.4, totalSteps: 5 * 1875 }), momentum: 0.9 });
 * ```
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const names = 'maxLearningRate totalSteps risingShare divFactor finalDivFactor';
  checkOptions(options, names, 'oneCycle');
  const { maxLearningRate, totalSteps } = options;
  const { risingShare = 0.3, divFactor = 25, finalDivFactor = 1e4 } = options;
  numberOption(maxLearningRate, { least: 0 }, 'oneCycle maxLearningRate');
  numberOption(totalSteps, { least: 2 }, 'oneCycle totalSteps');
  numberOption(risingShare, { above: 0, below: 1 }, 'oneCycle risingShare');
  numberOption(divFactor, { least: 1 }, 'oneCycle divFactor');
  numberOption(finalDivFactor, { least: 1 }, 'oneCycle finalDivFactor');
  const first = maxLearningRate / divFactor;
  const last = first / finalDivFactor;
  const peak = risingShare * totalSteps - 1;
  return (step) => {
    if (step < peak) return alongCosine(first, maxLearningRate, step / peak);
    const progress = Math.min((step - peak) / (totalSteps - 1 - peak), 1);
    return alongCosine(maxLearningRate, last, progress);
  };
}

/** Options of {@link warmUp}. */
export interface WarmUpOptions {
  /** Steps in which the rate rises; a whole number of at least 1. */
  readonly steps: number;
  /** The schedule that follows, from its own step 0 on, or a number. */
  readonly then: LearningRate;
  /** The first rate; default 0. */
  readonly from?: number;
}

/**
 * A rise along a straight line to where another rate begins.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * warmUp({ steps: 500, then: cosineDecay({ learningRate: 0.01, decaySteps: 9000 }) });
 * ```
 */
export function warmUp(options: WarmUpOptions): Schedule {
  checkOptions(options, 'steps then from', 'warmUp');
  const { steps, then, from = 0 } = options;
  numberOption(from, { least: 0 }, 'warmUp from');
  positiveInteger(steps, 'warmUp steps');
  const next = typeof then === 'number' ? () => then : functionOption(then, 'warmUp then');
  const target = numberOption(next(0), { least: 0 }, 'warmUp then');
  return (step) => (step < steps ? from + ((target - from) * step) / steps : next(step - steps));
}
