/**
 * Softmax: turns scores (logits) into probabilities that sum to 1.
 *
 *     output[n,k] = exp(input[n,k]) / Σ_j exp(input[n,j])        input, output [N, K]
 *
 * As the last layer of a model that is trained with cross-entropy it takes no part in training:
 * the loss works on the logits, where softmax and logarithm cancel and nothing overflows.
 */
import type { Tensor } from '@convnet/tensor';
import { Layer, type FinalActivation } from './layer.ts';
import type { Signal } from './signal.ts';
import { flatInput, layerOf } from './options.ts';

/** The layer that {@link softmax} makes. */
export class Softmax extends Layer {
  override readonly type = 'softmax';
  override readonly namePrefix = 'softmax';
  #output!: Tensor;

  protected override connect([input]: readonly [Signal]): Signal {
    flatInput(input.shape, this.label);
    return input;
  }

  override forward([input]: readonly [Tensor]): Tensor {
    const [N, ...sample] = input.shape;
    this.#output = this.workspace.tensor('output', N!, sample);
    this.kernels.softmax(input, this.#output);
    return this.#output;
  }

  override backward(dOutput: Tensor): readonly [Tensor] {
    const [N, ...sample] = dOutput.shape;
    const dInput = this.workspace.tensor('dInput', N!, sample);
    this.trainingKernels.softmaxGradient(dOutput, this.#output, dInput);
    return [dInput];
  }

  override get finalActivation(): FinalActivation {
    return 'softmax';
  }

  protected override options(): Record<string, unknown> {
    return {};
  }
}

/** A softmax layer over `[N, K]`. */
export function softmax(options: { readonly name?: string } = {}): Softmax {
  return layerOf(options, () => new Softmax(options.name));
}
