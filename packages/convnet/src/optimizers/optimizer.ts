/**
 * The contract of an optimizer: it changes parameters by their gradients, and keeps what it must
 * remember (velocities, moments) beside each parameter.
 */
import type { Kernels, Tensor } from '@convnet/tensor';
import type { Parameter } from '../layers/layer.ts';
import { clipGradients, type GradientClipping } from './gradient-clipping.ts';

/** The learning rate as a number, or as a function of the step, which counts from 0. */
export type LearningRate = number | ((step: number) => number);

/** Options that all optimizers share. */
export interface OptimizerOptions extends GradientClipping {
  readonly learningRate?: LearningRate;
}

/** An optimizer option that cannot be. */
export class OptimizerOptionError extends RangeError {
  override readonly name = 'OptimizerOptionError';
}

/** Checks that `value` is a finite number that is at least `low` and below `high`. */
export function checkRange(value: number, low: number, high: number, where: string): number {
  if (value >= low && value < high) return value;
  const limit = high === Infinity ? 'and finite' : `and below ${high}`;
  throw new OptimizerOptionError(
    `${where}: expected a number of at least ${low} ${limit}; received ${value}.`,
  );
}

/** Base class of the optimizers. */
export abstract class Optimizer {
  abstract readonly name: string;
  readonly #learningRate: LearningRate;
  readonly #clipping: GradientClipping;
  readonly #states = new Map<Parameter, Tensor[]>();
  #step = 0;

  constructor(learningRate: LearningRate, clipping: GradientClipping) {
    this.#learningRate = learningRate;
    this.#clipping = clipping;
    if (typeof learningRate === 'number') checkRange(learningRate, 0, Infinity, 'learningRate');
    for (const key of ['clipNorm', 'globalClipNorm'] as const) {
      const norm = clipping[key];
      if (norm !== undefined && !(norm > 0)) {
        throw new OptimizerOptionError(`${key}: expected a number above 0; received ${norm}.`);
      }
    }
  }

  /** Steps made so far. */
  get step(): number {
    return this.#step;
  }

  /** The learning rate of the next step. */
  get learningRate(): number {
    const rate = this.#learningRate;
    return typeof rate === 'number'
      ? rate
      : checkRange(rate(this.#step), 0, Infinity, 'learningRate');
  }

  /** Makes one step: clips the gradients and updates every parameter in place. */
  apply(parameters: readonly Parameter[], kernels: Kernels): void {
    clipGradients(parameters, this.#clipping, kernels);
    const learningRate = this.learningRate;
    this.#step += 1;
    for (const parameter of parameters) {
      let state = this.#states.get(parameter);
      if (!state) {
        const { shape, dtype } = parameter.value;
        state = Array.from({ length: this.stateCount }, () => kernels.createTensor(shape, dtype));
        this.#states.set(parameter, state);
      }
      this.update(parameter, state, learningRate, kernels);
    }
  }

  /** How many tensors of its shape a parameter needs beside it. They start at zero. */
  protected abstract readonly stateCount: number;

  /** Updates one parameter in place; {@link Optimizer.step} counts this step already. */
  protected abstract update(
    parameter: Parameter,
    state: readonly Tensor[],
    learningRate: number,
    kernels: Kernels,
  ): void;
}
