/**
 * Fully connected layer: every output depends on every input.
 *
 *     output[n,k] = bias[k] + Σ_c input[n,c] · kernel[k,c]
 *
 *     input [N, C]   kernel [K, C]   bias [K]   output [N, K]
 *
 * Backward, with `ᵀ` for the transpose: dKernel = dOutputᵀ · input, dBias = the sum of dOutput
 * over the samples, dInput = dOutput · kernel. The kernel lies as PyTorch's does, each output's
 * weights in a row: then all three products read it, and the inputs, along their rows.
 */
import type { Tensor } from '@convnet/tensor/inference';
import type { InitializerOption } from '../initializer-option.ts';
import type { Regularizer } from '../regularizers.ts';
import { activationOption, type ActivationName } from './activation-option.ts';
import type { Gradient } from './gradient.ts';
import { Layer } from './layer.ts';
import type { Parameter, StoredLayout } from './layer-tensors.ts';
import { flatInput, layerOf, sizeOption } from './options.ts';
import type { Signal } from './signal.ts';
import {
  biasOptions,
  weightOptions,
  type Bias,
  type BiasOptions,
  type Weights,
} from './weight-options.ts';

/** Options of {@link dense}. */
export interface DenseOptions extends BiasOptions {
  /** Number K of outputs. */
  readonly units: number;
  /** Activation of the output, such as `relu`; default none. */
  readonly activation?: ActivationName;
  readonly name?: string;
  /** How the kernel begins, by name or by a function that fills it; default `glorotUniform`. */
  readonly kernelInitializer?: InitializerOption;
  /** Penalty on large weights, such as `l2(1e-4)`; default none. */
  readonly kernelRegularizer?: Regularizer;
}

/** What the forward pass leaves for the backward one. */
interface DenseLeft {
  readonly input: Tensor;
  readonly kernel: Parameter;
  readonly dBias: Tensor | undefined;
}

/** The layer that {@link dense} makes. */
export class Dense extends Layer {
  override readonly type = 'dense';
  override readonly namePrefix = 'dense';
  readonly #units: number;
  readonly #weights: Weights;
  readonly #biasOptions: Bias;
  #kernel!: Parameter;
  #bias: Parameter | undefined;
  #input!: Tensor;
  readonly #gradient: Gradient<DenseLeft> | undefined;

  /** @param gradient - {@link denseGradient}; none in a network that only predicts. */
  constructor(options: DenseOptions, gradient?: Gradient<DenseLeft>) {
    super(options.name, activationOption(options.activation, 'dense'));
    this.#units = sizeOption(options.units, 'dense units');
    this.#weights = weightOptions('kernel', options, 'dense');
    this.#biasOptions = biasOptions(options, 'dense');
    this.#gradient = gradient;
  }

  override forward([input]: readonly [Tensor]): Tensor {
    this.#input = input;
    const output = this.workspace.tensor('output', input.shape[0]!, [this.#units]);
    this.kernels.matMul({
      a: input,
      b: this.#kernel.value,
      output,
      transposeB: true,
      bias: this.#bias?.value ?? null,
    });
    return output;
  }

  override backward(dOutput: Tensor, needsGradient: readonly boolean[]): readonly Tensor[] {
    const left = { input: this.#input, kernel: this.#kernel, dBias: this.#bias?.gradient };
    return this.backwardBy(this.#gradient, left, dOutput, needsGradient);
  }

  protected override connect([input]: readonly [Signal]): Signal {
    const K = this.#units;
    const C = flatInput(input.shape, this.label);
    const fans = { fanIn: C, fanOut: K };
    this.#kernel = this.addParameter({
      name: 'weight',
      shape: [K, C],
      ...this.#weights,
      ...fans,
      stored: storedKernel(input, C, K),
    });
    const { initializer } = this.#biasOptions;
    if (initializer) {
      this.#bias = this.addParameter({ name: 'bias', shape: [K], initializer, ...fans });
    }
    return { shape: [K] };
  }

  /** Every weight is used once. */
  override multiplyAdds(): number {
    return this.#kernel.value.size;
  }

  protected override options(): Record<string, unknown> {
    return { units: this.#units, ...this.#biasOptions.config, ...this.#weights.config };
  }
}

/** The backward pass: see the top of this file. */
const denseGradient: Gradient<DenseLeft> = (
  { input, kernel, dBias, kernels, workspace, trainable },
  dOutput,
  [needsInputGradient],
) => {
  if (trainable) {
    kernels.matMul({
      a: dOutput,
      b: input,
      output: kernel.gradient,
      transposeA: true,
      accumulate: true,
    });
    if (dBias) kernels.biasGradient(dOutput, dBias);
  }
  const [N, C] = input.shape as [number, number];
  const dInput = workspace.tensor('dInput', N, [C]);
  if (needsInputGradient) kernels.matMul({ a: dOutput, b: kernel.value, output: dInput });
  return [dInput];
};

/**
 * In a file the kernel is `[K, C]`. Where the inputs are a flattened `[H, W, channels]`, PyTorch,
 * whose images are `[channels, H, W]`, counts them in that order.
 */
function storedKernel(input: Signal, C: number, K: number): StoredLayout {
  if (!input.flattenedFrom) return { view: [K, C], axes: [0, 1], shape: [K, C] };
  return { view: [K, ...input.flattenedFrom], axes: [0, 3, 1, 2], shape: [K, C] };
}

/**
 * A fully connected layer.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * dense({ units: 10 }); // [N, 400] → [N, 10]
 * ```
 */
export function dense(options: DenseOptions): Dense {
  return layerOf(options, () => new Dense(options, denseGradient));
}
