/**
 * Dropout (Srivastava et al. 2014): in training, each input is set to 0 with probability `rate`
 * and otherwise multiplied by 1 / (1 − rate), which keeps the expected sum; in inference inputs
 * pass unchanged.
 *
 *     output = input ⊙ mask        dInput = dOutput ⊙ mask        mask ∈ {0, 1 / (1 − rate)}
 */
import type { Operand, Shape, Tensor } from '@convnet/tensor/inference';
import { layerOf } from './options.ts';
import { PredictingDropout, type DropoutOptions } from './predicting-dropout.ts';

export type { DropoutOptions };

/** The layer that {@link dropout} makes. */
export class Dropout extends PredictingDropout {
  #mask: Tensor | undefined;

  /** Shape of the mask for one sample of this shape. */
  protected maskShape(sample: Shape): Shape {
    return sample;
  }

  /** How the mask is laid over a batch. */
  protected spread(mask: Tensor): Operand {
    return mask;
  }

  override forward([input]: readonly [Tensor], training: boolean): Tensor {
    if (!training || this.rate === 0) {
      this.#mask = undefined;
      return input;
    }
    const [N, ...sample] = input.shape;
    const mask = this.workspace.tensor('mask', N!, this.maskShape(sample));
    this.trainingKernels.dropoutMask(mask, this.rate, this.random);
    this.#mask = mask;
    const output = this.workspace.tensor('output', N!, sample);
    this.kernels.elementwise(
      { x: input, mask: this.spread(mask) },
      ({ x, mask }) => ({ output: x.times(mask) }),
      { output },
    );
    return output;
  }

  override backward(dOutput: Tensor): readonly [Tensor] {
    if (!this.#mask) return [dOutput];
    const [N, ...sample] = dOutput.shape;
    const dInput = this.workspace.tensor('dInput', N!, sample);
    this.kernels.elementwise(
      { dOutput, mask: this.spread(this.#mask) },
      ({ dOutput, mask }) => ({ dInput: dOutput.times(mask) }),
      { dInput },
    );
    return [dInput];
  }
}

/**
 * A dropout layer.
 * @throws OptionError unless 0 ≤ rate < 1.
 */
export function dropout(options: DropoutOptions): Dropout {
  return layerOf(options, () => new Dropout(options));
}
