/**
 * Backward passes as functions beside their layers, for layers that networks which only predict have,
 * too: these make them without the function, and bundlers leave it out.
 */
import type { Kernels, Tensor } from '@convnet/tensor/inference';
import type { Workspace } from './workspace.ts';

/** What every backward pass works with. */
export interface BackwardTools {
  readonly kernels: Kernels;
  readonly workspace: Workspace;
  /** Whether the parameters' gradients are asked for. */
  readonly trainable: boolean;
}

/** `Layer.backward`, of what the forward pass of a layer left. */
export type Gradient<Left> = (
  left: Left & BackwardTools,
  dOutput: Tensor,
  needsGradient: readonly boolean[],
) => readonly Tensor[];
