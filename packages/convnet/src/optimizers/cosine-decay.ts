/**
 * Cosine decay of the learning rate (Loshchilov and Hutter 2017, without restarts):
 * `rate(step) = ½ · learningRate · (1 + cos(π · step / decaySteps))`, then 0.
 */
import { checkRange } from './optimizer.ts';

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions {
  /** The rate at step 0. */
  readonly learningRate: number;
  /** The step from which on the rate is 0; usually epochs × batches per epoch. */
  readonly decaySteps: number;
}

/**
 * A learning rate that falls to 0 along half a cosine.
 *
 * @example
 * ```ts
 * adam({ learningRate: cosineDecay({ learningRate: 0.001, decaySteps: 5 * 1875 }) });
 * ```
 */
export function cosineDecay({
  learningRate,
  decaySteps,
}: CosineDecayOptions): (step: number) => number {
  checkRange(learningRate, 0, Infinity, 'cosineDecay learningRate');
  checkRange(decaySteps, 1, Infinity, 'cosineDecay decaySteps');
  return (step) => {
    const progress = Math.min(step / decaySteps, 1);
    return 0.5 * learningRate * (1 + Math.cos(Math.PI * progress));
  };
}
