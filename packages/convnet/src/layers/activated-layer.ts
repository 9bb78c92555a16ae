/**
 * Layers that end in an activation: what follows from the option `activation` is the same as if
 * that activation were a layer of its own behind this one.
 */
import type { Tensor } from '@convnet/tensor';
import { activationNamed, type ActivationName } from './activation-names.ts';
import { Layer, type LogitPasses, type Signal } from './layer.ts';

/** Base class of such layers. */
export abstract class ActivatedLayer extends Layer {
  readonly #activation: Layer | undefined;

  /** @param where - the layer's type, for messages. */
  constructor(name: string | undefined, activation: ActivationName | undefined, where: string) {
    super(name);
    this.#activation = activationNamed(activation ?? 'linear', `${where} activation`);
  }

  /** {@link Layer.connect}, of what the activation is applied to. */
  protected abstract connectLinear(input: Signal): Signal;
  /** {@link Layer.forward}, without the activation. */
  protected abstract forwardLinear(input: Tensor, training: boolean): Tensor;
  /** {@link Layer.backward}, without the activation. */
  protected abstract backwardLinear(dOutput: Tensor, needsInputGradient: boolean): Tensor;
  /** {@link Layer.options}, without the activation. */
  protected abstract optionsBeside(): Record<string, unknown>;

  protected override connect(input: Signal): Signal {
    const linear = this.connectLinear(input);
    const activation = this.#activation;
    if (!activation) return linear;
    activation.name = `${this.name}.${activation.type}`;
    return activation.build(linear, this.context);
  }

  override forward(input: Tensor, training: boolean): Tensor {
    const linear = this.forwardLinear(input, training);
    return this.#activation?.forward(linear, training) ?? linear;
  }

  override backward(dOutput: Tensor, needsInputGradient: boolean): Tensor {
    const dLinear = this.#activation?.backward(dOutput, true) ?? dOutput;
    return this.backwardLinear(dLinear, needsInputGradient);
  }

  override get passesToLogits(): LogitPasses | undefined {
    const passes = this.#activation?.passesToLogits;
    if (!passes) return undefined;
    return {
      name: this.name,
      parameters: this.parameters,
      activation: passes.activation,
      forwardAll: ([input], training) => this.forwardLinear(input!, training),
      backwardAll: (dLogits, [needsGradient]) => [this.backwardLinear(dLogits, needsGradient!)],
    };
  }

  override branches(): Int32Array | undefined {
    return this.#activation?.branches();
  }

  protected override options(): Record<string, unknown> {
    const activation = this.#activation?.type;
    return { ...this.optionsBeside(), ...(activation !== undefined && { activation }) };
  }
}
