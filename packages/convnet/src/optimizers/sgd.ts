/**
 * Stochastic gradient descent, with momentum (Polyak 1964) in the form that Keras uses:
 *
 *     v ← momentum · v − learningRate · g        θ ← θ + v
 *
 * Nesterov's momentum looks ahead: `θ ← θ + momentum · v − learningRate · g`, with the new v.
 */
import { checkOptions, numberOption } from '@convnet/tensor';
import {
  Optimizer,
  optimizerOptions,
  type OptimizerOptions,
  type Update,
  type UpdateTerms,
} from './optimizer.ts';

/** Options of {@link sgd}. */
export interface SgdOptions extends OptimizerOptions {
  /** Share of the last step that is repeated, 0 ≤ momentum < 1; default 0. */
  readonly momentum?: number;
  /** Momentum in Nesterov's form; default false. */
  readonly nesterov?: boolean;
}

/** The optimizer that {@link sgd} makes. */
export class Sgd extends Optimizer {
  override readonly name = 'sgd';
  protected override readonly stateCount: number;
  readonly #momentum: number;
  readonly #nesterov: boolean;

  constructor(options: SgdOptions) {
    checkOptions(options, `${optimizerOptions} momentum nesterov`, 'sgd');
    const { learningRate = 0.01, momentum = 0, nesterov = false, ...others } = options;
    super(learningRate, others);
    this.#momentum = numberOption(momentum, { least: 0, below: 1 }, 'sgd momentum');
    this.#nesterov = nesterov;
    this.stateCount = momentum === 0 ? 0 : 1;
  }

  protected override ratesOf(learningRate: number): readonly number[] {
    return [learningRate];
  }

  protected override update({ value, gradient, state, rates }: UpdateTerms): Update {
    const [velocity] = state;
    const [learningRate] = rates;
    const descent = gradient.times(learningRate!);
    if (!velocity) return { value: value.minus(descent), state };
    const next = velocity.times(this.#momentum).minus(descent);
    if (!this.#nesterov) return { value: value.plus(next), state: [next] };
    const ahead = next.times(this.#momentum).minus(descent);
    return { value: value.plus(ahead), state: [next] };
  }
}

/**
 * Stochastic gradient descent; `learningRate` 0.01 and `momentum` 0 by default.
 * @throws OptionError for impossible options.
 */
export function sgd(options: SgdOptions = {}): Sgd {
  return new Sgd(options);
}
