/** What regularizers add to the loss, and to the gradients: see `regularizers.ts`. */
import { math, type Expression, type Kernels } from '@convnet/tensor';
import type { Layer } from '../layers/layer.ts';
import type { Parameter } from '../layers/layer-tensors.ts';
import type { Observer } from '../network/forward-pass.ts';
import type { Regularizer } from '../regularizers.ts';

/** The gradient of the penalty, by a weight that is `theta`. */
function penaltyGradient(regularizer: Regularizer, theta: Expression): Expression {
  const { add, multiply, selectGreater } = math;
  const sign = selectGreater(theta, 0, 1, selectGreater(0, theta, -1, 0));
  const ofSquares = multiply(theta, 2 * regularizer.l2);
  return regularizer.l1 === 0 ? ofSquares : add(multiply(sign, regularizer.l1), ofSquares);
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
      const sum = math.add(math.operand(0), penaltyGradient(regularizer, math.operand(1)));
      kernels.elementwise([sum], [gradient, value], [gradient], { over: 'weights' });
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
