/**
 * Activations that treat every element alike: a function f and how gradients pass it, as expressions.
 *
 *     y = f(x)        dInput = dOutput · f′(x)        for any shape
 *
 * f′ may be written in terms of the input x, or of the output y where that is simpler:
 * tanh′ = 1 − y².
 */
import type { Expression, Tensor } from '@convnet/tensor';
import { Layer, type FinalActivation } from './layer.ts';
import type { Signal } from './signal.ts';

/** What the gradient of an input depends on. */
export interface ActivationTerms {
  /** The input. */
  readonly x: Expression;
  /** The output, f(x). */
  readonly y: Expression;
  readonly dOutput: Expression;
}

/** What tells such activations apart. */
export interface ActivationSpec {
  /** Kind of the layer, and start of its default names. */
  readonly type: string;
  /** f */
  readonly value: (x: Expression) => Expression;
  /** The gradient of the input; only what it looks at is read. */
  readonly gradient: (terms: ActivationTerms) => Expression;
  /** Under which name a loss may contain it. */
  readonly inLoss?: FinalActivation;
  /** The slope jumps at 0. */
  readonly hasKink?: boolean;
  /** Options of the layer, as in its configuration. */
  readonly options?: Record<string, unknown>;
}

/** An activation that treats every element alike, such as {@link relu} or {@link tanh}. */
export class ElementwiseActivation extends Layer {
  override readonly type: string;
  override readonly namePrefix: string;
  readonly #spec: ActivationSpec;
  #input!: Tensor;
  #output!: Tensor;

  constructor(spec: ActivationSpec, name: string | undefined) {
    super(name);
    this.type = spec.type;
    this.namePrefix = spec.type;
    this.#spec = spec;
  }

  override forward([input]: readonly [Tensor]): Tensor {
    const [N, ...sample] = input.shape;
    const output = this.workspace.tensor('output', N!, sample);
    this.kernels.elementwise({ x: input }, ({ x }) => ({ output: this.#spec.value(x) }), {
      output,
    });
    this.#input = input;
    this.#output = output;
    return output;
  }

  override backward(dOutput: Tensor): readonly [Tensor] {
    const [N, ...sample] = dOutput.shape;
    const dInput = this.workspace.tensor('dInput', N!, sample);
    this.trainingKernels.elementwise(
      { x: this.#input, y: this.#output, dOutput },
      (terms) => ({ dInput: this.#spec.gradient(terms) }),
      { dInput },
    );
    return [dInput];
  }

  protected override connect([input]: readonly [Signal]): Signal {
    return input;
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
