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
import type { Tensor } from '@convnet/tensor';
import { initializerNamed, type InitializerName } from '../initializers.ts';
import { regularizerOption, type Regularizer } from '../regularizers.ts';
import { ActivatedLayer } from './activated-layer.ts';
import type { ActivationName } from './activation-names.ts';
import type { Signal } from './layer.ts';
import type { Parameter, StoredLayout } from './layer-tensors.ts';
import { booleanOption, flatInput, positiveInteger } from './options.ts';

/** Options of {@link dense}. */
export interface DenseOptions {
  /** Number K of outputs. */
  readonly units: number;
  /** Add a trained bias to every output; default true. */
  readonly useBias?: boolean;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerName;
  /** What is added to the loss for large weights, such as `l2(1e-4)`; default nothing. */
  readonly kernelRegularizer?: Regularizer;
  /** What is applied to the output, such as `relu`; default nothing. */
  readonly activation?: ActivationName;
  readonly name?: string;
}

/**
 * In a file the kernel is `[K, C]`. Where the inputs are a flattened `[H, W, channels]`, PyTorch,
 * whose images are `[channels, H, W]`, counts them in that order.
 */
function storedKernel(input: Signal, C: number, K: number): StoredLayout {
  if (!input.flattenedFrom) return { view: [K, C], axes: [0, 1], shape: [K, C] };
  return { view: [K, ...input.flattenedFrom], axes: [0, 3, 1, 2], shape: [K, C] };
}

/** The layer that {@link dense} makes. */
export class Dense extends ActivatedLayer {
  override readonly type = 'dense';
  override readonly namePrefix = 'dense';
  readonly #options: Required<Omit<DenseOptions, 'name' | 'activation' | 'kernelRegularizer'>>;
  readonly #regularizer: Regularizer | undefined;
  #kernel!: Parameter;
  #bias: Parameter | undefined;
  #input!: Tensor;

  constructor(options: DenseOptions) {
    super(options.name, options.activation, 'dense');
    this.#regularizer = regularizerOption(options.kernelRegularizer, 'dense kernelRegularizer');
    this.#options = {
      units: positiveInteger(options.units, 'dense units'),
      useBias: booleanOption(options.useBias ?? true, 'dense useBias'),
      kernelInitializer: options.kernelInitializer ?? 'glorotUniform',
    };
    initializerNamed(this.#options.kernelInitializer, 'dense kernelInitializer');
  }

  protected override connectLinear(input: Signal): Signal {
    const { units: K, kernelInitializer, useBias } = this.#options;
    const C = flatInput(input.shape, this.label);
    const fans = { fanIn: C, fanOut: K };
    this.#kernel = this.addParameter({
      name: 'weight',
      shape: [K, C],
      initializer: initializerNamed(kernelInitializer, `${this.label} kernelInitializer`),
      regularizer: this.#regularizer,
      ...fans,
      stored: storedKernel(input, C, K),
    });
    if (useBias) {
      const initializer = initializerNamed('zeros', this.label);
      this.#bias = this.addParameter({ name: 'bias', shape: [K], initializer, ...fans });
    }
    return { shape: [K] };
  }

  /** Every weight is used once. */
  override multiplyAdds(): number {
    return this.#kernel.value.size;
  }

  protected override forwardLinear(input: Tensor): Tensor {
    this.#input = input;
    const output = this.workspace.tensor('output', input.shape[0]!, [this.#options.units]);
    this.kernels.matMul({
      a: input,
      b: this.#kernel.value,
      output,
      transposeB: true,
      ...(this.#bias && { bias: this.#bias.value }),
    });
    return output;
  }

  protected override backwardLinear(dOutput: Tensor, needsInputGradient: boolean): Tensor {
    const kernels = this.trainingKernels;
    kernels.matMul({
      a: dOutput,
      b: this.#input,
      output: this.#kernel.gradient,
      transposeA: true,
      accumulate: true,
    });
    if (this.#bias) kernels.biasGradient(dOutput, this.#bias.gradient);
    const [N, C] = this.#input.shape as [number, number];
    const dInput = this.workspace.tensor('dInput', N, [C]);
    if (needsInputGradient) {
      kernels.matMul({ a: dOutput, b: this.#kernel.value, output: dInput });
    }
    return dInput;
  }

  protected override optionsBeside(): Record<string, unknown> {
    const kernelRegularizer = this.#regularizer;
    return { ...this.#options, ...(kernelRegularizer && { kernelRegularizer }) };
  }
}

/**
 * A fully connected layer.
 *
 * @throws LayerOptionError for impossible options.
 * @example
 * ```ts
 * dense({ units: 10 }); // [N, 400] → [N, 10]
 * ```
 */
export function dense(options: DenseOptions): Dense {
  return new Dense(options);
}
