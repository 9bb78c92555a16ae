/**
 * Stochastic gradient descent, with momentum in the form that Keras uses:
 * `v ← momentum · v − learningRate · g`, `θ ← θ + v`.
 */
import type { Kernels, Tensor } from '@convnet/tensor';
import type { Parameter } from '../layers/layer.ts';
import { checkRange, Optimizer, type OptimizerOptions } from './optimizer.ts';

/** Options of {@link sgd}. */
export interface SgdOptions extends OptimizerOptions {
  /** Share of the last step that is repeated, 0 ≤ momentum < 1; default 0. */
  readonly momentum?: number;
}

/** See the top of this file. */
export class Sgd extends Optimizer {
  override readonly name = 'sgd';
  protected override readonly stateCount: number;
  readonly #momentum: number;

  constructor({ learningRate = 0.01, momentum = 0, ...clipping }: SgdOptions) {
    super(learningRate, clipping);
    this.#momentum = checkRange(momentum, 0, 1, 'sgd momentum');
    this.stateCount = momentum === 0 ? 0 : 1;
  }

  protected override ratesOf(learningRate: number): readonly number[] {
    return [learningRate];
  }

  protected override update(
    { value, gradient }: Parameter,
    [velocity]: readonly Tensor[],
    learningRate: Tensor,
    kernels: Kernels,
  ): void {
    const update = { value, gradient, learningRate, momentum: this.#momentum };
    kernels.sgdUpdate(velocity ? { ...update, velocity } : update);
  }
}

/**
 * Stochastic gradient descent; `learningRate` 0.01 and `momentum` 0 by default.
 * @throws OptimizerOptionError for impossible options.
 */
export function sgd(options: SgdOptions = {}): Sgd {
  return new Sgd(options);
}
