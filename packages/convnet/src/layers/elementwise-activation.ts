/**
 * Activations that treat every element alike: a function f and how gradients pass it, as expressions.
 *
 *     y = f(x)        dInput = dOutput · f′(x)        for any shape
 *
 * f′ may be written in terms of the input x, or of the output y where that is simpler:
 * tanh′ = 1 − y².
 */
import type { Expression, Tensor } from '@convnet/tensor/inference';
import type { Gradient } from './gradient.ts';
import { Layer, type FinalActivation } from './layer.ts';
import type { Signal } from './signal.ts';

/** What the forward pass leaves for the backward one. */
export interface ActivationLeft {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** The formulas and options of one activation. */
export interface ActivationSpec {
  /** Kind of the layer, and start of its default names. */
  readonly type: string;
  /** f */
  readonly value: (x: Expression) => Expression;
  /** From `gradientOf`; none in a network that only predicts. */
  readonly gradient?: Gradient<ActivationLeft>;
  /** Under which name a loss may contain it. */
  readonly inLoss?: FinalActivation;
  /** Inputs at which the slope jumps. */
  readonly kinks?: readonly number[];
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

  override backward(dOutput: Tensor, needsGradient: readonly boolean[]): readonly Tensor[] {
    const left = { x: this.#input, y: this.#output };
    return this.backwardBy(this.#spec.gradient, left, dOutput, needsGradient);
  }

  protected override connect([input]: readonly [Signal]): Signal {
    return input;
  }

  /** f, as an expression of its input. */
  value(x: Expression): Expression {
    return this.#spec.value(x);
  }

  override get finalActivation(): FinalActivation | undefined {
    return this.#spec.inLoss;
  }

  override branches(): Int32Array | undefined {
    const { kinks } = this.#spec;
    if (!kinks) return undefined;
    const { data } = this.#input;
    const passed = new Int32Array(data.length);
    for (const kink of kinks) {
      for (let i = 0; i < data.length; i++) if (data[i]! > kink) passed[i]! += 1;
    }
    return passed;
  }

  protected override options(): Record<string, unknown> {
    return { ...this.#spec.options };
  }
}

/** Whether a layer, of this copy of the package or of another one, is such an activation. */
export const isElementwise = (layer: Layer): layer is ElementwiseActivation =>
  typeof ('value' in layer ? layer.value : undefined) === 'function';
