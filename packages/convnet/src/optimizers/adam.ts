/**
 * Adam (Kingma and Ba 2015, algorithm 1): steps of about the learning rate in every direction, by
 * running means of the gradient and of its square, which start at zero and are corrected for it.
 *
 *     m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²
 *     θ ← θ − learningRate · m̂ / (√v̂ + ε)        m̂ = m / (1 − β₁ᵗ)        v̂ = v / (1 − β₂ᵗ)
 *
 * AdamW is Adam with weight decay. Defaults are those of Keras.
 */
import { checkOptions, math, numberOption, objectOption } from '@convnet/tensor';
import {
  Optimizer,
  optimizerOptions,
  type OptimizerOptions,
  type Update,
  type UpdateTerms,
} from './optimizer.ts';

/** Options of {@link adam}. */
export interface AdamOptions extends OptimizerOptions {
  /** Share of the running mean of the gradient that is kept each step; default 0.9. */
  readonly beta1?: number;
  /** The same for the squared gradient; default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the mean square, against division by zero; default 1e-7. */
  readonly epsilon?: number;
}

/** The optimizer that {@link adam} makes. */
export class Adam extends Optimizer {
  override readonly name: string;
  protected override readonly stateCount = 2;
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;

  constructor(options: AdamOptions, name = 'adam') {
    checkOptions(options, `${optimizerOptions} beta1 beta2 epsilon`, name);
    const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, ...others } = options;
    super(learningRate, others);
    this.name = name;
    this.#beta1 = numberOption(beta1, { least: 0, below: 1 }, `${name} beta1`);
    this.#beta2 = numberOption(beta2, { least: 0, below: 1 }, `${name} beta2`);
    this.#epsilon = numberOption(epsilon, { least: 0 }, `${name} epsilon`);
  }

  protected override ratesOf(learningRate: number, step: number): readonly number[] {
    return [learningRate / (1 - this.#beta1 ** step), 1 / (1 - this.#beta2 ** step)];
  }

  protected override update({ value, gradient: g, state, rates }: UpdateTerms): Update {
    const [beta1, beta2] = [this.#beta1, this.#beta2];
    const [m, v] = [state[0]!, state[1]!];
    const [rate, correction] = [rates[0]!, rates[1]!];
    const first = m.times(beta1).plus(g.times(1 - beta1));
    const second = v.times(beta2).plus(g.times(1 - beta2).times(g));
    const size = math.sqrt(second.times(correction)).plus(this.#epsilon);
    return {
      value: value.minus(first.times(rate).over(size)),
      state: [first, second],
    };
  }
}

/**
 * Adam; `learningRate` 0.001, `beta1` 0.9, `beta2` 0.999 and `epsilon` 1e-7 by default.
 * @throws OptionError for impossible options.
 */
export function adam(options: AdamOptions = {}): Adam {
  return new Adam(options);
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019); `weightDecay` 0.004 by default,
 * the others as for {@link adam}.
 * @throws OptionError for impossible options.
 */
export function adamW(options: AdamOptions = {}): Adam {
  return new Adam({ weightDecay: 0.004, ...objectOption(options, 'adamW') }, 'adamW');
}
