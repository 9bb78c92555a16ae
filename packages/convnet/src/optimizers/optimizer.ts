/**
 * The contract of an optimizer: it changes parameters by their gradients, and keeps what it must
 * remember (velocities, moments) beside each parameter. What it does to one number of a parameter
 * is an {@link Update}, a few expressions; clipping and weight decay come before it:
 *
 *     g ← clip(g)        θ ← (1 − learningRate · weightDecay) · θ        θ, state ← update(θ, g, state)
 */
import {
  listOption,
  numberOption,
  objectOption,
  OptionError,
  single,
  type Expression,
  type FloatArray,
  type Kernels,
  type Program,
  type Tensor,
} from '@convnet/tensor';
import type { Parameter } from '../layers/layer-tensors.ts';
import {
  clippedGradient,
  clippingFactors,
  clippings,
  type GradientClipping,
} from './gradient-clipping.ts';

/** The learning rate as a number, or as a function of the step, which counts from 0. */
export type LearningRate = number | ((step: number) => number);

/** Options that all optimizers share. */
export interface OptimizerOptions extends GradientClipping {
  readonly learningRate?: LearningRate;
  /**
   * Share of each parameter that is taken away in a step, for each unit of the learning rate:
   * decoupled weight decay (Loshchilov and Hutter 2019); at least 0. Default 0.
   */
  readonly weightDecay?: number | undefined;
}

/** Their names. */
export const optimizerOptions = 'learningRate weightDecay clipValue clipNorm globalClipNorm';

/** The variables of an update, as expressions. */
export interface UpdateTerms {
  /** The weight θ. */
  readonly value: Expression;
  /** The gradient g of the loss. */
  readonly gradient: Expression;
  /** This weight's elements of the {@link Optimizer.stateCount} state tensors. */
  readonly state: readonly Expression[];
  /** {@link Optimizer.ratesOf} this step. */
  readonly rates: readonly Expression[];
}

/** The same with the factor of the gradient, and what is left of the weight after its decay. */
interface AllTerms extends UpdateTerms {
  readonly factor: Expression;
  readonly kept: Expression;
}

/** The new weight and its new state. */
export interface Update {
  readonly value: Expression;
  readonly state: readonly Expression[];
}

/** The update of all parameters of a network, what it keeps of each, and the numbers it reads. */
interface RecordedUpdate {
  readonly parameters: readonly Parameter[];
  readonly states: readonly (readonly Tensor[])[];
  /** The factor that weight decay leaves, then the optimizer's rates. */
  readonly rates: Tensor;
  /** For each parameter, the factor of its gradient. */
  readonly factors: Tensor;
  readonly program: Program;
}

/** Base class of the optimizers. */
export abstract class Optimizer {
  abstract readonly name: string;
  #learningRate: LearningRate;
  /** The rate that it was made with; callbacks may have changed it since. */
  readonly initialLearningRate: LearningRate;
  readonly #weightDecay: number;
  readonly #clipping: GradientClipping;
  /** The update that each parameter is part of; of all that are trained together, one. */
  readonly #updates = new WeakMap<Parameter, RecordedUpdate>();
  /** The state of parameters that are part of none. */
  readonly #remembered = new WeakMap<Parameter, readonly FloatArray[]>();
  #step = 0;

  constructor(learningRate: LearningRate, options: Omit<OptimizerOptions, 'learningRate'>) {
    const { weightDecay = 0, ...clipping } = objectOption(options, 'optimizer') as typeof options;
    this.#learningRate = this.initialLearningRate = learningRate;
    this.#weightDecay = numberOption(weightDecay, { least: 0 }, 'weightDecay');
    this.#clipping = clipping;
    if (typeof learningRate === 'number') numberOption(learningRate, { least: 0 }, 'learningRate');
    const chosen = clippings.filter((name) => clipping[name] !== undefined);
    for (const name of chosen) {
      const limit = clipping[name]!;
      numberOption(limit, { above: 0 }, name);
    }
    if (chosen.length > 1) {
      throw new OptionError(
        `expected at most one of ${clippings.join(', ')}; received ${chosen.join(' and ')}.`,
      );
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
      : numberOption(rate(this.#step), { least: 0 }, 'learningRate');
  }

  /** @throws OptionError for a negative or non-finite number. */
  set learningRate(rate: LearningRate) {
    this.#learningRate =
      typeof rate === 'number' ? numberOption(rate, { least: 0 }, 'learningRate') : rate;
  }

  /** Whether the learning rate is a function of the step. */
  get hasSchedule(): boolean {
    return typeof this.#learningRate === 'function';
  }

  /** The state of each parameter, kept from step to step; made on first use. */
  statesOf(parameters: readonly Parameter[], kernels: Kernels): readonly (readonly Tensor[])[] {
    return parameters.length === 0 ? [] : this.#recordedFor(parameters, kernels).states;
  }

  /** Counts on from `step`, for states that were put back. */
  resumeAt(step: number): void {
    this.#step = step;
  }

  /** Makes one step: clips the gradients and updates every parameter in place. */
  apply(parameters: readonly Parameter[], kernels: Kernels): void {
    if (parameters.length === 0) return;
    const learningRate = this.learningRate;
    this.#step += 1;
    const update = this.#recordedFor(parameters, kernels);
    const kept = 1 - learningRate * this.#weightDecay;
    update.rates.data.set([kept, ...this.ratesOf(learningRate, this.#step)]);
    const gradients = parameters.map(({ gradient }) => gradient);
    update.factors.data.set(clippingFactors(gradients, this.#clipping, kernels));
    update.program.run();
  }

  /**
   * Gives back the kernels' memory that updates of `parameters` take. What is remembered of them stays,
   * elsewhere, for when this optimizer trains them again.
   */
  release(parameters: readonly Parameter[], kernels: Kernels): void {
    for (const parameter of listOption(parameters, 'release parameters')) {
      const update = this.#updates.get(parameter);
      if (!update) continue;
      const { states, rates, factors, program } = update;
      for (const [i, updated] of update.parameters.entries()) {
        this.#updates.delete(updated);
        const remembered = states[i]!.map(({ data }) => data.slice());
        this.#remembered.set(updated, remembered);
      }
      program.release();
      kernels.release([rates, factors, ...states.flat()]);
    }
  }

  #recordedFor(parameters: readonly Parameter[], kernels: Kernels): RecordedUpdate {
    const kept = this.#updates.get(parameters[0]!);
    // Others may be trained since the network was compiled anew.
    const isSame =
      kept?.parameters.length === parameters.length &&
      parameters.every((parameter, i) => parameter === kept.parameters[i]);
    if (kept && isSame) return kept;
    this.release(parameters, kernels);
    const made = this.#record(parameters, kernels);
    for (const parameter of parameters) this.#updates.set(parameter, made);
    return made;
  }

  #stateOf(parameter: Parameter, kernels: Kernels): Tensor[] {
    const { shape, dtype } = parameter.value;
    const remembered = this.#remembered.get(parameter);
    this.#remembered.delete(parameter);
    return Array.from({ length: this.stateCount }, (_, i) => {
      const state = kernels.createTensor(shape, dtype);
      if (remembered) state.data.set(remembered[i]!);
      return state;
    });
  }

  #record(parameters: readonly Parameter[], kernels: Kernels): RecordedUpdate {
    const { dtype } = parameters[0]!.value;
    const rates = kernels.createTensor([1 + this.ratesOf(0, 1).length], dtype);
    const factors = kernels.createTensor([parameters.length], dtype);
    const states = parameters.map((parameter) => this.#stateOf(parameter, kernels));
    const [kept, ...others] = Array.from({ length: rates.size }, (_, j) =>
      single(rates.rows(j, 1)),
    );
    const program = kernels.record(() => {
      for (const [i, { value, gradient }] of parameters.entries()) {
        const state = states[i]!;
        const factor = single(factors.rows(i, 1));
        kernels.elementwise(
          { value, gradient, state, factor, kept: kept!, rates: others },
          (terms) => this.#decayedAndClipped(terms),
          { value, state },
          { over: 'weights' },
        );
      }
    });
    return { parameters, states, rates, factors, program };
  }

  /** The update of a weight that has decayed, by a gradient that is clipped. */
  #decayedAndClipped({ value, gradient, factor, kept, ...others }: AllTerms): Update {
    return this.update({
      ...others,
      value: this.#weightDecay === 0 ? value : value.times(kept),
      gradient: clippedGradient(gradient, this.#clipping, factor),
    });
  }

  /** How many tensors of its shape a parameter needs beside it. They start at zero. */
  protected abstract readonly stateCount: number;

  /** The numbers that an update depends on and that change from step to step, from 1. */
  protected abstract ratesOf(learningRate: number, step: number): readonly number[];

  /** The update of one weight in one step. */
  protected abstract update(terms: UpdateTerms): Update;
}
