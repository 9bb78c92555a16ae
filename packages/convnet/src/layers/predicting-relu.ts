/** What a ReLU computes, and the layer as networks that only predict have it; `relu.ts` has the other. */
import { selectGreater, type Expression } from '@convnet/tensor/inference';
import { ElementwiseActivation } from './elementwise-activation.ts';
import { layerOf } from './options.ts';

/** Its type and its function. */
export const RELU = {
  type: 'relu',
  value: (x: Expression): Expression => selectGreater(0, x, 0, x),
};

/** A ReLU layer without its backward pass. */
export const predictingRelu = (options: { readonly name?: string } = {}): ElementwiseActivation =>
  layerOf(options, () => new ElementwiseActivation(RELU, options.name));
