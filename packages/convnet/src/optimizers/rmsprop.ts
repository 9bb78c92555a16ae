/**
 * RMSprop (Tieleman and Hinton 2012): the gradient divided by the root of a running mean of its
 * square. In the form and with the defaults of Keras:
 *
 *     v ← rho · v + (1 − rho) g²        step = learningRate · g / √(v + ε)
 *     with momentum: b ← momentum · b + step, and b is the step        θ ← θ − step
 *
 * Centered, the square of a running mean m of g is taken from v: that leaves g's variance.
 */
import { checkOptions, math, numberOption, type Expression } from '@convnet/tensor';
import {
  Optimizer,
  optimizerOptions,
  type OptimizerOptions,
  type Update,
  type UpdateTerms,
} from './optimizer.ts';

/** Options of {@link rmsprop}. */
export interface RmspropOptions extends OptimizerOptions {
  /** Share of the running means that is kept each step, 0 ≤ rho < 1; default 0.9. */
  readonly rho?: number;
  /** Share of the last step that is repeated, 0 ≤ momentum < 1; default 0. */
  readonly momentum?: number;
  /** Added to the mean square, against division by zero; default 1e-7. */
  readonly epsilon?: number;
  /** Divide by the deviation of the gradient from its mean; default false. */
  readonly centered?: boolean;
}

/** The optimizer that {@link rmsprop} makes. */
export class Rmsprop extends Optimizer {
  override readonly name = 'rmsprop';
  protected override readonly stateCount: number;
  readonly #rho: number;
  readonly #momentum: number;
  readonly #epsilon: number;
  readonly #centered: boolean;

  constructor(options: RmspropOptions) {
    checkOptions(options, `${optimizerOptions} rho momentum epsilon centered`, 'rmsprop');
    const {
      learningRate = 0.001,
      rho = 0.9,
      momentum = 0,
      epsilon = 1e-7,
      centered = false,
      ...others
    } = options;
    super(learningRate, others);
    this.#rho = numberOption(rho, { least: 0, below: 1 }, 'rmsprop rho');
    this.#momentum = numberOption(momentum, { least: 0, below: 1 }, 'rmsprop momentum');
    this.#epsilon = numberOption(epsilon, { least: 0 }, 'rmsprop epsilon');
    this.#centered = centered;
    this.stateCount = 1 + (centered ? 1 : 0) + (momentum > 0 ? 1 : 0);
  }

  protected override ratesOf(learningRate: number): readonly number[] {
    return [learningRate];
  }

  protected override update({ value, gradient, state, rates }: UpdateTerms): Update {
    const { sqrt, square } = math;
    const running = (mean: Expression, of: Expression): Expression =>
      mean.times(this.#rho).plus(of.times(1 - this.#rho));
    const next = [running(state[0]!, square(gradient))];
    let meanSquare = next[0]!;
    if (this.#centered) {
      const mean = running(state[1]!, gradient);
      next.push(mean);
      meanSquare = meanSquare.minus(square(mean));
    }
    const size = sqrt(meanSquare.plus(this.#epsilon));
    let step = gradient.times(rates[0]!).over(size);
    if (this.#momentum > 0) {
      step = state.at(-1)!.times(this.#momentum).plus(step);
      next.push(step);
    }
    return { value: value.minus(step), state: next };
  }
}

/**
 * RMSprop; `learningRate` 0.001, `rho` 0.9, `momentum` 0 and `epsilon` 1e-7 by default.
 * @throws OptionError for impossible options.
 */
export function rmsprop(options: RmspropOptions = {}): Rmsprop {
  return new Rmsprop(options);
}
