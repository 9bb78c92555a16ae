/** The penalties that regularizers add to the loss and to the gradients; see `regularizers.ts`. */
import { math, type Expression, type Kernels } from '@convnet/tensor';
import type { Layer } from '../layers/layer.ts';
import type { Parameter } from '../layers/layer-tensors.ts';
import type { Observer } from '../network/forward-pass.ts';
import type { Regularizer } from '../regularizers.ts';

const { selectGreater } = math;

/** The gradient of the penalty, by a weight θ: `l1 · sign(θ) + 2 · l2 · θ`. */
function penaltyGradient({ l1, l2 }: Regularizer, theta: Expression): Expression {
  const sign = selectGreater(theta, 0, 1, selectGreater(0, theta, -1, 0));
  const ofSquares = theta.times(2 * l2);
  return l1 === 0 ? ofSquares : sign.times(l1).plus(ofSquares);
}

/** Adds the penalties' gradients to those of the parameters, by kernel calls alone. */
export function addPenaltyGradients(
  layers: readonly Layer[],
  kernels: Kernels,
  observe?: Observer,
): void {
  for (const layer of layers) {
    for (const { name, value, gradient, regularizer } of layer.parameters) {
      if (!regularizer) continue;
      kernels.elementwise(
        { g: gradient, theta: value },
        ({ g, theta }) => ({ gradient: g.plus(penaltyGradient(regularizer, theta)) }),
        { gradient },
        { over: 'weights' },
      );
      observe?.(layer, `penalized gradient of ${name}`, gradient);
    }
  }
}

/** The penalty for what a parameter is now, in float64 and in the order of its elements. */
export function penaltyOf({ value, regularizer }: Parameter): number {
  if (!regularizer) return 0;
  let [absolute, squares] = [0, 0];
  for (const theta of value.data) {
    absolute += Math.abs(theta);
    squares += theta * theta;
  }
  return regularizer.l1 * absolute + regularizer.l2 * squares;
}

/** The sum of the penalties. */
export function penaltyOfAll(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, parameter) => sum + penaltyOf(parameter), 0);
}
