/** The backward pass of activations that treat every element alike, from a formula. */
import type { Expression } from '@convnet/tensor/inference';
import type { ActivationLeft } from './elementwise-activation.ts';
import type { Gradient } from './gradient.ts';

/** The variables of an activation's gradient. */
export interface ActivationTerms {
  /** The input. */
  readonly x: Expression;
  /** The output, f(x). */
  readonly y: Expression;
  readonly dOutput: Expression;
}

/** The backward pass of a formula for the gradient of the input; only what it looks at is read. */
export const gradientOf =
  (formula: (terms: ActivationTerms) => Expression): Gradient<ActivationLeft> =>
  ({ x, y, kernels, workspace }, dOutput) => {
    const [N, ...sample] = dOutput.shape;
    const dInput = workspace.tensor('dInput', N!, sample);
    kernels.elementwise({ x, y, dOutput }, (terms) => ({ dInput: formula(terms) }), { dInput });
    return [dInput];
  };
