/**
 * Deviations from a mean that was rounded, and their variance (Chan, Golub and LeVeque 1983): the mean
 * of the squared deviations, less the square of their mean. That is what rounding took from the mean.
 */
import { math, type Expression } from '@convnet/tensor';

const { abs, maximum, minimum, square } = math;

/** Of deviations that are larger on average, squares are infinite in float32, and remain so. */
const LARGEST = 1e18;

/** The deviation from `mean + rest`. */
export const deviation = (of: Readonly<Record<'x' | 'mean' | 'rest', Expression>>): Expression =>
  of.x.minus(of.mean).minus(of.rest);

/** See the top of this file. */
export const correctedVariance = (squares: Expression, rest: Expression): Expression =>
  // Rounding may take it below 0.
  maximum(squares.minus(square(minimum(abs(rest), LARGEST))), 0);
