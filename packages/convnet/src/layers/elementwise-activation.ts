/**
 * Activations that treat every element alike: a function and its slope, as expressions.
 *
 *     output = f(input)        dInput = dOutput · f′        for any shape
 *
 * The slope may be written in terms of the input, or of the output where that is simpler:
 * tanh′ = 1 − tanh².
 */
import { math, type Expression, type Tensor } from '@convnet/tensor';
import { Layer, type FinalActivation } from './layer.ts';
import type { Signal } from './signal.ts';

/** What tells such activations apart. */
export interface ActivationSpec {
  /** Kind of the layer, and start of its default names. */
  readonly type: string;
  /** f, of operand 0. */
  readonly value: Expression;
  /** f′, of operand 1. */
  readonly slope: Expression;
  /** What operand 1 is. */
  readonly slopeOf: 'input' | 'output';
  /** Under which name a loss may contain it. */
  readonly inLoss?: FinalActivation;
  /** The slope jumps at 0. */
  readonly hasKink?: boolean;
  /** Options of the layer, as in its configuration. */
  readonly options?: Record<string, unknown>;
}

/** An activation that treats every element alike, such as {@link tanh} or {@link gelu}. */
export class ElementwiseActivation extends Layer {
  override readonly type: string;
  override readonly namePrefix: string;
  readonly #spec: ActivationSpec;
  readonly #gradient: Expression;
  #input!: Tensor;
  #output!: Tensor;

  constructor(spec: ActivationSpec, name: string | undefined) {
    super(name);
    this.type = spec.type;
    this.namePrefix = spec.type;
    this.#spec = spec;
    this.#gradient = math.multiply(math.operand(0), spec.slope);
  }

  protected override connect([input]: readonly [Signal]): Signal {
    return input;
  }

  override forward([input]: readonly [Tensor]): Tensor {
    const [N, ...sample] = input.shape;
    this.#input = input;
    this.#output = this.workspace.tensor('output', N!, sample);
    this.kernels.elementwise([this.#spec.value], [input], [this.#output]);
    return this.#output;
  }

  override backward(dOutput: Tensor): readonly [Tensor] {
    const [N, ...sample] = dOutput.shape;
    const dInput = this.workspace.tensor('dInput', N!, sample);
    const of = this.#spec.slopeOf === 'input' ? this.#input : this.#output;
    this.trainingKernels.elementwise([this.#gradient], [dOutput, of], [dInput]);
    return [dInput];
  }

  override get finalActivation(): FinalActivation | undefined {
    return this.#spec.inLoss;
  }

  override branches(): Int32Array | undefined {
    if (!this.#spec.hasKink) return undefined;
    return Int32Array.from(this.#input.data, (value) => (value > 0 ? 1 : 0));
  }

  protected override options(): Record<string, unknown> {
    return { ...this.#spec.options };
  }
}
