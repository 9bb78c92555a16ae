/**
 * Dropout (Srivastava et al. 2014): in training, each input is set to 0 with probability `rate`
 * and otherwise multiplied by 1 / (1 − rate), which keeps the expected sum; in inference inputs
 * pass unchanged.
 *
 *     output = input ⊙ mask        dInput = dOutput ⊙ mask        mask ∈ {0, 1 / (1 − rate)}
 */
import { numberOption, type Operand, type Shape, type Tensor } from '@convnet/tensor';
import { Layer } from './layer.ts';
import type { Signal } from './signal.ts';
import { layerOf } from './options.ts';

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** Share of the inputs that is dropped, 0 ≤ rate < 1. */
  readonly rate: number;
  readonly name?: string;
}

/** The layer that {@link dropout} makes. */
export class Dropout extends Layer {
  override readonly type: string = 'dropout';
  override readonly namePrefix = 'dropout';
  readonly #rate: number;
  #mask: Tensor | undefined;

  /** @param where - the layer's type, for messages. */
  constructor(options: DropoutOptions, where = 'dropout') {
    super(options.name);
    this.#rate = numberOption(options.rate, { least: 0, below: 1 }, `${where} rate`);
  }

  protected override connect([input]: readonly [Signal]): Signal {
    return input;
  }

  /** Shape of the mask for one sample of this shape. */
  protected maskShape(sample: Shape): Shape {
    return sample;
  }

  /** How the mask is laid over a batch. */
  protected spread(mask: Tensor): Operand {
    return mask;
  }

  override forward([input]: readonly [Tensor], training: boolean): Tensor {
    if (!training || this.#rate === 0) {
      this.#mask = undefined;
      return input;
    }
    const [N, ...sample] = input.shape;
    const mask = this.workspace.tensor('mask', N!, this.maskShape(sample));
    this.trainingKernels.dropoutMask(mask, this.#rate, this.random);
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

  protected override options(): Record<string, unknown> {
    return { rate: this.#rate };
  }
}

/**
 * A dropout layer.
 * @throws OptionError unless 0 ≤ rate < 1.
 */
export function dropout(options: DropoutOptions): Dropout {
  return layerOf(options, () => new Dropout(options));
}
