/**
 * Gradient clipping, so that one unlucky batch cannot throw the weights far away: by value, each
 * element g of a gradient becomes min(max(g, −c), c); by norm, a gradient that is longer than c
 * becomes g · c / ‖g‖.
 */
import { math, type Expression, type Kernels, type Tensor } from '@convnet/tensor';

/** At most one of them. */
export interface GradientClipping {
  /** Largest absolute value of each element. */
  readonly clipValue?: number | undefined;
  /** Largest length of each parameter's gradient. */
  readonly clipNorm?: number | undefined;
  /** Largest length of all gradients together, which keeps their direction. */
  readonly globalClipNorm?: number | undefined;
}

/** The options by name. */
export const clippings = ['clipValue', 'clipNorm', 'globalClipNorm'] as const;

/** The clipped gradient; `factor` is that of {@link clippingFactors}. */
export function clippedGradient(
  gradient: Expression,
  { clipValue, clipNorm, globalClipNorm }: GradientClipping,
  factor: Expression,
): Expression {
  if (clipValue !== undefined) return math.minimum(math.maximum(gradient, -clipValue), clipValue);
  const isByNorm = clipNorm !== undefined || globalClipNorm !== undefined;
  return isByNorm ? gradient.times(factor) : gradient;
}

/** For each gradient, the factor that shortens it to the allowed norm; 1 where it is short enough. */
export function clippingFactors(
  gradients: readonly Tensor[],
  { clipNorm, globalClipNorm }: GradientClipping,
  kernels: Kernels,
): number[] {
  const most = clipNorm ?? globalClipNorm;
  if (most === undefined) return gradients.map(() => 1);
  const squares = gradients.map((gradient) => kernels.sumOfSquares(gradient));
  const all = squares.reduce((sum, square) => sum + square, 0);
  return squares.map((square) => {
    const norm = Math.sqrt(clipNorm === undefined ? all : square);
    return norm > most ? most / norm : 1;
  });
}
