/**
 * Gradient clipping by norm: a gradient g that is longer than c becomes g · c / ‖g‖, so that one
 * unlucky batch cannot throw the weights far away.
 */
import type { Kernels } from '@convnet/tensor';
import type { Parameter } from '../layers/layer.ts';

/** At most one of the two is useful. */
export interface GradientClipping {
  /** Largest length of each parameter's gradient. */
  readonly clipNorm?: number | undefined;
  /** Largest length of all gradients together, which keeps their direction. */
  readonly globalClipNorm?: number | undefined;
}

/** Shortens gradients in place. */
export function clipGradients(
  parameters: readonly Parameter[],
  { clipNorm, globalClipNorm }: GradientClipping,
  kernels: Kernels,
): void {
  if (clipNorm !== undefined) {
    for (const { gradient } of parameters) {
      const norm = Math.sqrt(kernels.sumOfSquares(gradient));
      if (norm > clipNorm) kernels.scale(gradient, clipNorm / norm);
    }
  }
  if (globalClipNorm !== undefined) {
    let squares = 0;
    for (const { gradient } of parameters) squares += kernels.sumOfSquares(gradient);
    const norm = Math.sqrt(squares);
    if (norm > globalClipNorm) {
      for (const { gradient } of parameters) kernels.scale(gradient, globalClipNorm / norm);
    }
  }
}
