/**
 * Penalties for large weights, which are added to the loss: `l1 · Σ|θ| + l2 · Σθ²`. The gradient
 * of a weight grows by `l1 · sign(θ) + 2 · l2 · θ`. Names, defaults and factors are those of Keras.
 * The penalties are computed in `training/penalties.ts`.
 */
import { checkOptions, numberOption, OptionError, shown } from '@convnet/tensor/inference';

/** The two factors, as in layer options and model files. */
export interface Regularizer {
  readonly l1: number;
  readonly l2: number;
}

/**
 * Penalty `factor · Σ|θ|`, which drives weights to zero.
 * @throws OptionError unless `factor` is finite and at least 0; default 0.01.
 */
export const l1 = (factor = 0.01): Regularizer => l1l2({ l1: factor });

/**
 * Penalty `factor · Σθ²`, which keeps weights small.
 * @throws OptionError unless `factor` is finite and at least 0; default 0.01.
 * @example
 * ```ts
 * conv2d({ filters: 16, kernelSize: 3, kernelRegularizer: l2(1e-4) });
 * ```
 */
export const l2 = (factor = 0.01): Regularizer => l1l2({ l2: factor });

/**
 * Both penalties; each factor is 0 by default.
 * @throws OptionError unless both are finite and at least 0.
 */
export function l1l2(factors: Partial<Regularizer>): Regularizer {
  checkOptions(factors, 'l1 l2', 'regularizer');
  return {
    l1: numberOption(factors.l1 ?? 0, { least: 0 }, 'regularizer l1'),
    l2: numberOption(factors.l2 ?? 0, { least: 0 }, 'regularizer l2'),
  };
}

/**
 * A regularizer from a layer's options, or from a file; undefined if there is none.
 * @throws OptionError for anything else.
 */
export function regularizerOption(value: unknown, where: string): Regularizer | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'object' && value !== null && 'l1' in value && 'l2' in value) {
    return l1l2(value as Regularizer);
  }
  throw new OptionError(`${where}: expected l1(…), l2(…) or l1l2(…); received ${shown(value)}.`);
}
