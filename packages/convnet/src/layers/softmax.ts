/**
 * Softmax: turns scores (logits) into probabilities that sum to 1.
 *
 *     output[n,k] = exp(input[n,k]) / Σ_j exp(input[n,j])        input, output [N, K]
 *
 * As the last layer of a model that is trained with cross-entropy it takes no part in training:
 * the loss works on the logits, where softmax and logarithm cancel and nothing overflows.
 */
import type { Tensor } from '@convnet/tensor/inference';
import type { Gradient } from './gradient.ts';
import { Layer, type FinalActivation } from './layer.ts';
import type { Signal } from './signal.ts';
import { flatInput, layerOf } from './options.ts';

/** What the forward pass leaves for the backward one. */
interface SoftmaxLeft {
  readonly output: Tensor;
}

/** The layer that {@link softmax} makes. */
export class Softmax extends Layer {
  override readonly type = 'softmax';
  override readonly namePrefix = 'softmax';
  #output!: Tensor;
  readonly #gradient: Gradient<SoftmaxLeft> | undefined;

  /** @param gradient - {@link softmaxGradient}; none in a network that only predicts. */
  constructor(name: string | undefined, gradient?: Gradient<SoftmaxLeft>) {
    super(name);
    this.#gradient = gradient;
  }

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

  override backward(dOutput: Tensor, needsGradient: readonly boolean[]): readonly Tensor[] {
    return this.backwardBy(this.#gradient, { output: this.#output }, dOutput, needsGradient);
  }

  override get finalActivation(): FinalActivation {
    return 'softmax';
  }

  protected override options(): Record<string, unknown> {
    return {};
  }
}

/** The backward pass. */
const softmaxGradient: Gradient<SoftmaxLeft> = ({ output, kernels, workspace }, dOutput) => {
  const [N, ...sample] = dOutput.shape;
  const dInput = workspace.tensor('dInput', N!, sample);
  kernels.softmaxGradient(dOutput, output, dInput);
  return [dInput];
};

/** A softmax layer of a network that only predicts. */
export const predictingSoftmax = (options: { readonly name?: string } = {}): Softmax =>
  layerOf(options, () => new Softmax(options.name));

/** A softmax layer over `[N, K]`. */
export function softmax(options: { readonly name?: string } = {}): Softmax {
  return layerOf(options, () => new Softmax(options.name, softmaxGradient));
}
