/**
 * Penalties for large weights, which are added to the loss: `l1 · Σ|θ| + l2 · Σθ²`. The gradient
 * of a weight grows by `l1 · sign(θ) + 2 · l2 · θ`. Names, defaults and factors are those of Keras.
 */
import { math, type Expression, type Kernels } from '@convnet/tensor';
import type { Parameter } from './layers/layer-tensors.ts';
import { LayerOptionError, numberOption } from './layers/options.ts';

/** The two factors, as in layer options and model files. */
export interface Regularizer {
  readonly l1: number;
  readonly l2: number;
}

/**
 * Penalty `factor · Σ|θ|`, which drives weights to zero.
 * @throws LayerOptionError unless `factor` is finite and at least 0; default 0.01.
 */
export const l1 = (factor = 0.01): Regularizer => l1l2({ l1: factor });

/**
 * Penalty `factor · Σθ²`, which keeps weights small.
 * @throws LayerOptionError unless `factor` is finite and at least 0; default 0.01.
 * @example
 * ```ts
 * conv2d({ filters: 16, kernelSize: 3, kernelRegularizer: l2(1e-4) });
 * ```
 */
export const l2 = (factor = 0.01): Regularizer => l1l2({ l2: factor });

/**
 * Both penalties; each factor is 0 by default.
 * @throws LayerOptionError unless both are finite and at least 0.
 */
export function l1l2(factors: Partial<Regularizer>): Regularizer {
  return {
    l1: numberOption(factors.l1 ?? 0, { least: 0 }, 'regularizer l1'),
    l2: numberOption(factors.l2 ?? 0, { least: 0 }, 'regularizer l2'),
  };
}

/**
 * A regularizer from a layer's options, or from a file; undefined if there is none.
 * @throws LayerOptionError for anything else.
 */
export function regularizerOption(value: unknown, where: string): Regularizer | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'object' && value !== null && 'l1' in value && 'l2' in value) {
    return l1l2(value as Regularizer);
  }
  throw new LayerOptionError(
    `${where}: expected l1(…), l2(…) or l1l2(…); received ${JSON.stringify(value)}.`,
  );
}

/** The gradient of the penalty, by a weight that is `theta`. */
function penaltyGradient(regularizer: Regularizer, theta: Expression): Expression {
  const { add, multiply, selectGreater } = math;
  const sign = selectGreater(theta, 0, 1, selectGreater(0, theta, -1, 0));
  const ofSquares = multiply(theta, 2 * regularizer.l2);
  return regularizer.l1 === 0 ? ofSquares : add(multiply(sign, regularizer.l1), ofSquares);
}

/** Adds the penalties' gradients to those of the parameters, by kernel calls alone. */
export function addPenaltyGradients(parameters: readonly Parameter[], kernels: Kernels): void {
  for (const { value, gradient, regularizer } of parameters) {
    if (!regularizer) continue;
    const sum = math.add(math.operand(0), penaltyGradient(regularizer, math.operand(1)));
    kernels.elementwise([sum], [gradient, value], [gradient], { over: 'weights' });
  }
}

/** The sum of the penalties for what the parameters are now, in float64 and in their order. */
export function penaltyOfAll(parameters: readonly Parameter[]): number {
  let penalty = 0;
  for (const { value, regularizer } of parameters) {
    if (!regularizer) continue;
    let [absolute, squares] = [0, 0];
    for (const theta of value.data) {
      absolute += Math.abs(theta);
      squares += theta * theta;
    }
    penalty += regularizer.l1 * absolute + regularizer.l2 * squares;
  }
  return penalty;
}
