/**
 * Dropout (Srivastava et al. 2014): in training, each input is set to 0 with probability `rate`
 * and otherwise multiplied by 1 / (1 − rate), which keeps the expected sum; in inference inputs
 * pass unchanged.
 *
 *     output = input ⊙ mask        dInput = dOutput ⊙ mask        mask ∈ {0, 1 / (1 − rate)}
 */
import type { Tensor } from '@convnet/tensor';
import { Layer, type Signal } from './layer.ts';
import { LayerOptionError } from './options.ts';

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** Share of the inputs that is dropped, 0 ≤ rate < 1. */
  readonly rate: number;
  readonly name?: string;
}

/** See the top of this file. */
export class Dropout extends Layer {
  override readonly type = 'dropout';
  override readonly namePrefix = 'dropout';
  readonly #rate: number;
  #mask: Tensor | undefined;

  constructor(options: DropoutOptions) {
    super(options.name);
    if (!(options.rate >= 0 && options.rate < 1)) {
      throw new LayerOptionError(
        `dropout rate: expected a number of at least 0 and below 1; received ${options.rate}.`,
      );
    }
    this.#rate = options.rate;
  }

  protected override connect(input: Signal): Signal {
    return input;
  }

  override forward(input: Tensor, training: boolean): Tensor {
    if (!training || this.#rate === 0) {
      this.#mask = undefined;
      return input;
    }
    const [N, ...sample] = input.shape;
    const mask = this.workspace.tensor('mask', N!, sample);
    this.trainingKernels.dropoutMask(mask, this.#rate, this.random);
    this.#mask = mask;
    const output = this.workspace.tensor('output', N!, sample);
    this.trainingKernels.multiply(input, mask, output);
    return output;
  }

  override backward(dOutput: Tensor): Tensor {
    if (!this.#mask) return dOutput;
    const [N, ...sample] = dOutput.shape;
    const dInput = this.workspace.tensor('dInput', N!, sample);
    this.trainingKernels.multiply(dOutput, this.#mask, dInput);
    return dInput;
  }

  protected override options(): Record<string, unknown> {
    return { rate: this.#rate };
  }
}

/**
 * A dropout layer.
 * @throws LayerOptionError unless 0 ≤ rate < 1.
 */
export function dropout(options: DropoutOptions): Dropout {
  return new Dropout(options);
}
