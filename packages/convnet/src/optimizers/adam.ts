/**
 * Adam (Kingma and Ba 2015): steps of about the learning rate in every direction, by running
 * means of the gradient and of its square. Defaults are those of Keras.
 */
import type { Kernels, Tensor } from '@convnet/tensor';
import type { Parameter } from '../layers/layer.ts';
import { checkRange, Optimizer, type OptimizerOptions } from './optimizer.ts';

/** Options of {@link adam}. */
export interface AdamOptions extends OptimizerOptions {
  /** Share of the running mean of the gradient that is kept each step; default 0.9. */
  readonly beta1?: number;
  /** The same for the squared gradient; default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the mean square, against division by zero; default 1e-7. */
  readonly epsilon?: number;
}

/** See the top of this file. */
export class Adam extends Optimizer {
  override readonly name = 'adam';
  protected override readonly stateCount = 2;
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;

  constructor(options: AdamOptions) {
    const {
      learningRate = 0.001,
      beta1 = 0.9,
      beta2 = 0.999,
      epsilon = 1e-7,
      ...clipping
    } = options;
    super(learningRate, clipping);
    this.#beta1 = checkRange(beta1, 0, 1, 'adam beta1');
    this.#beta2 = checkRange(beta2, 0, 1, 'adam beta2');
    this.#epsilon = checkRange(epsilon, 0, Infinity, 'adam epsilon');
  }

  protected override ratesOf(learningRate: number, step: number): readonly number[] {
    return [learningRate / (1 - this.#beta1 ** step), 1 / (1 - this.#beta2 ** step)];
  }

  protected override update(
    { value, gradient }: Parameter,
    [firstMoment, secondMoment]: readonly [Tensor, Tensor],
    rates: Tensor,
    kernels: Kernels,
  ): void {
    const [beta1, beta2, epsilon] = [this.#beta1, this.#beta2, this.#epsilon];
    kernels.adamUpdate({
      value,
      gradient,
      firstMoment,
      secondMoment,
      rates,
      beta1,
      beta2,
      epsilon,
    });
  }
}

/**
 * Adam; `learningRate` 0.001, `beta1` 0.9, `beta2` 0.999 and `epsilon` 1e-7 by default.
 * @throws OptimizerOptionError for impossible options.
 */
export function adam(options: AdamOptions = {}): Adam {
  return new Adam(options);
}
