/** Layers that make one tensor of several, in a network that branches. */
import { Layer } from './layer.ts';

/** Base class of layers of several inputs; the contract is that of {@link Layer}. */
export abstract class MergeLayer extends Layer {
  override readonly mergesInputs = true;
}
