/**
 * The contract of an optimizer: it changes parameters by their gradients, and keeps what it must
 * remember (velocities, moments) beside each parameter.
 */
import type { Kernels, Program, Tensor } from '@convnet/tensor';
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

/** The update of all parameters of a network, what it keeps of each, and the numbers it reads. */
interface Update {
  readonly states: readonly (readonly Tensor[])[];
  readonly rates: Tensor;
  readonly program: Program;
}

/** Base class of the optimizers. */
export abstract class Optimizer {
  abstract readonly name: string;
  #learningRate: LearningRate;
  readonly #clipping: GradientClipping;
  /** The updates of networks, by their first parameter. */
  readonly #updates = new Map<Parameter, Update>();
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

  /** @throws OptimizerOptionError for a negative or non-finite number. */
  set learningRate(rate: LearningRate) {
    this.#learningRate =
      typeof rate === 'number' ? checkRange(rate, 0, Infinity, 'learningRate') : rate;
  }

  /** Whether the learning rate is a function of the step. */
  get hasSchedule(): boolean {
    return typeof this.#learningRate === 'function';
  }

  /** What is kept beside each parameter, from step to step; made if there is none yet. */
  statesOf(parameters: readonly Parameter[], kernels: Kernels): readonly (readonly Tensor[])[] {
    return this.#updateOf(parameters, kernels).states;
  }

  /** Counts on from `step`, for states that were put back. */
  resumeAt(step: number): void {
    this.#step = step;
  }

  /** Makes one step: clips the gradients and updates every parameter in place. */
  apply(parameters: readonly Parameter[], kernels: Kernels): void {
    if (parameters.length === 0) return;
    clipGradients(parameters, this.#clipping, kernels);
    const learningRate = this.learningRate;
    this.#step += 1;
    const update = this.#updateOf(parameters, kernels);
    update.rates.data.set(this.ratesOf(learningRate, this.#step));
    update.program.run();
  }

  #updateOf(parameters: readonly Parameter[], kernels: Kernels): Update {
    const kept = this.#updates.get(parameters[0]!);
    if (kept) return kept;
    const made = this.#record(parameters, kernels);
    this.#updates.set(parameters[0]!, made);
    return made;
  }

  #record(parameters: readonly Parameter[], kernels: Kernels): Update {
    const { dtype } = parameters[0]!.value;
    const rates = kernels.createTensor([this.ratesOf(0, 1).length], dtype);
    const states = parameters.map(({ value: { shape } }) =>
      Array.from({ length: this.stateCount }, () => kernels.createTensor(shape, dtype)),
    );
    const program = kernels.record(() => {
      for (const [i, parameter] of parameters.entries()) {
        this.update(parameter, states[i]!, rates, kernels);
      }
    });
    return { states, rates, program };
  }

  /** How many tensors of its shape a parameter needs beside it. They start at zero. */
  protected abstract readonly stateCount: number;

  /** The numbers that an update depends on and that change from step to step, from 1. */
  protected abstract ratesOf(learningRate: number, step: number): readonly number[];

  /** Updates one parameter in place, by kernel calls alone; `rates` are those of the step. */
  protected abstract update(
    parameter: Parameter,
    state: readonly Tensor[],
    rates: Tensor,
    kernels: Kernels,
  ): void;
}
