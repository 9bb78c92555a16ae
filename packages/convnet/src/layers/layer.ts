/**
 * The contract of a layer: a function of one tensor, or of several, with explicit forward and
 * backward passes.
 *
 *     forward:   inputs  [N, …shape₁], …       →  output  [N, …outputShape]
 *     backward:  dOutput [N, …outputShape]     →  dInputs [N, …shape₁], …, and parameter gradients
 *
 * `dX` stands for the gradient of the loss with respect to `X` and has the shape of `X`.
 * A layer remembers from its last forward pass what the backward pass needs. It never writes to
 * what it is given: other layers may read the same input, and the same gradient.
 *
 * A layer says four things: how it connects, `connect`; what it computes, `forward` and `backward`;
 * and its `options`. Networks call `build`, `forwardPass` and `backwardPass`, which also take care
 * of the activation that a layer may end with.
 */
import {
  checkShape,
  OptionError,
  sizeOf,
  StateError,
  Tensor,
  type InferenceKernels,
  type Kernels,
  type Random,
  type Shape,
} from '@convnet/tensor/inference';
import type { ActivationName } from './activation-option.ts';
import type { Gradient } from './gradient.ts';
import type { Parameter, ParameterRequest, StateRequest, StoredTensor } from './layer-tensors.ts';
import type { Signal } from './signal.ts';
import { checkSize } from './size-limits.ts';
import { makeParameter, makeState, type TensorContext } from './tensors-of-layer.ts';
import { Workspace } from './workspace.ts';

/** The surroundings that a model gives its layers when they are built. */
export interface BuildContext extends TensorContext {
  /** The activations that layers may name, and how they are made. */
  readonly activations: Readonly<Partial<Record<ActivationName, () => Layer>>>;
}

/** The JSON that recreates a layer: its type, its name and its options. */
export interface LayerConfig {
  readonly type: string;
  readonly name: string;
  readonly [option: string]: unknown;
}

const canTrain = (kernels: InferenceKernels): kernels is Kernels => 'channelSums' in kernels;

/** The parts a layer has once it belongs to a model. */
interface BuiltParts {
  readonly context: BuildContext;
  readonly workspace: Workspace;
  readonly random: Random | undefined;
  readonly outputShape: Shape;
}

/** The parts of a layer that take part in computing. */
export type LayerPasses = Pick<
  Layer,
  'name' | 'trainable' | 'parameters' | 'forwardPass' | 'backwardPass'
>;

/** An activation that a loss can contain. */
export type FinalActivation = 'softmax' | 'sigmoid';

/** Base class of all layers. See the top of this file. */
export abstract class Layer {
  /** Name of the layer's kind, as in configurations: `conv2d`. */
  abstract readonly type: string;
  /** Start of default names: `conv` makes `conv1`, `conv2`, … */
  abstract readonly namePrefix: string;
  /** Whether it makes one tensor of several, as `add` does. */
  readonly mergesInputs: boolean = false;
  /**
   * Whether a sample's output in training depends on the others of its batch: then a large batch
   * must not be computed piece by piece.
   */
  readonly usesWholeBatch: boolean = false;

  /** Unique in its model. Set by the caller, else by the model. */
  name: string;
  /**
   * Whether training changes the layer. A layer that is frozen keeps its parameters and its state;
   * batch normalisation then normalises as in inference. Takes effect when the model is compiled.
   */
  trainable = true;
  /** The activation of the output, if there is one. */
  #activation: Layer | null | undefined;
  /** Its name, for as long as it is not made. */
  readonly #activationName: ActivationName | undefined;
  readonly #parameters: Parameter[] = [];
  readonly #state: StoredTensor[] = [];
  #built: BuiltParts | undefined;
  #isApplied = false;

  /** @param activation - `null` for none, of a layer that has that option. */
  constructor(name: string | undefined, activation?: ActivationName | Layer | null) {
    this.name = name ?? '';
    if (typeof activation === 'string') this.#activationName = activation;
    else this.#activation = activation;
  }

  /** Checks `inputs`, adds the parameters and says what comes out, before the activation. */
  protected abstract connect(inputs: readonly Signal[]): Signal;

  /**
   * Computes the output, by kernel calls alone: they may be recorded, to be made again and again.
   * The output stays valid until the next forward pass of this layer.
   * @param training - whether a backward pass follows and dropout is active.
   */
  abstract forward(inputs: readonly Tensor[], training: boolean): Tensor;

  /**
   * Adds to the parameters' gradients, unless the layer is frozen, and computes the gradients of the inputs, for the batch of
   * the last forward pass: one for each, in their order. `dOutput` itself may be among them. They
   * stay valid until the next backward pass of this layer.
   * @param needsGradient - for each input, whether its gradient is used; if not, the work may be
   * skipped.
   */
  abstract backward(dOutput: Tensor, needsGradient: readonly boolean[]): readonly Tensor[];

  /** The options that differ from layer to layer of this type, but for its activation. */
  protected abstract options(): Record<string, unknown>;

  /**
   * Puts the layer behind `input`, in a network that `functional({ inputs, outputs })` makes. Nothing is
   * computed yet.
   *
   * @param input - a list of tensors for layers that merge them.
   * @throws OptionError if the layer was applied before.
   * @example
   * ```ts
   * const x = layers.input({ shape: [28, 28, 1] });
   * const y = conv2d({ filters: 1, kernelSize: 3, padding: 'same' }).apply(x);
   * const z = relu().apply(layers.add().apply([x, y]));
   * ```
   */
  apply(input: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor {
    const inputs = isSymbolic(input) ? [input] : input;
    // Unlike every(), this sees the gaps of a list.
    const areTensors = Array.isArray(inputs) && inputs.findIndex((x) => !isSymbolic(x)) < 0;
    if (!areTensors) {
      throw new OptionError(
        `${this.label} apply: expected what layers.input() or another layer's apply() gives. To compute with numbers, make a model and call predict().`,
      );
    }
    if (this.#isApplied) {
      throw new OptionError(
        `${this.label} apply: expected a layer that is not applied yet; a layer has one place in a network, and shares its weights with none. Make a new layer for each place.`,
      );
    }
    this.#isApplied = true;
    return new SymbolicTensor({ layer: this, inputs });
  }

  /**
   * Fixes the shapes and makes the parameters. Called once, by the model.
   * @throws ShapeError if the layer cannot take `inputs`.
   */
  build(inputs: readonly Signal[], context: BuildContext): Signal {
    if (this.#built) {
      throw new StateError(
        `${this.label} is part of a model already. Make a new layer for each model.`,
      );
    }
    if (!this.mergesInputs && inputs.length !== 1) {
      throw new OptionError(`${this.label}: expected one input; received ${inputs.length}.`);
    }
    const parts = {
      context,
      workspace: new Workspace(context.kernels, context.dtype),
      // The name is historical: checkpoints hold the streams, and the seed's numbers follow from it.
      random: context.streams?.stream(`dropout/${this.name}`),
    };
    this.#built = { ...parts, outputShape: [] };
    const output = this.connect(inputs);
    checkShape(output.shape, this.label);
    checkSize(output.shape, this.label);
    this.#built = { ...parts, outputShape: output.shape };
    if (this.#activationName) this.#activation = this.#named(this.#activationName, context);
    if (!this.#activation) return output;
    this.#activation.name = `${this.name}.${this.#activation.type}`;
    return this.#activation.build([output], context);
  }

  /** @throws OptionError if the network has no such activation. */
  #named(name: ActivationName, { activations }: BuildContext): Layer {
    const make = activations[name];
    if (make) return make();
    throw new OptionError(
      `${this.label} activation: expected ${Object.keys(activations).join(' or ')}; received "${name}".`,
    );
  }

  /** The output for a batch, with the activation. */
  forwardPass(inputs: readonly Tensor[], training: boolean): Tensor {
    const output = this.forward(inputs, training);
    return this.#activation?.forwardPass([output], training) ?? output;
  }

  /** The gradients of the inputs for that of the output; those of the parameters grow. */
  backwardPass(dOutput: Tensor, needsGradient: readonly boolean[]): readonly Tensor[] {
    const [dInner] = this.#activation?.backwardPass(dOutput, [true]) ?? [dOutput];
    return this.backward(dInner!, needsGradient);
  }

  /** The softmax or sigmoid that the output comes from: a loss can contain it. */
  get finalActivation(): FinalActivation | undefined {
    return this.#activation?.finalActivation;
  }

  /** The passes up to the logits, which the {@link Layer.finalActivation} is applied to. */
  get passesToLogits(): LayerPasses {
    const { name, trainable, parameters } = this;
    if (!this.#activation) {
      // The layer is that activation itself: its input is the logits.
      return {
        name,
        trainable,
        parameters,
        forwardPass: ([x]) => x!,
        backwardPass: (dLogits) => [dLogits],
      };
    }
    return {
      name,
      trainable,
      parameters,
      forwardPass: (inputs, training) => this.forward(inputs, training),
      backwardPass: (dLogits, needsGradient) => this.backward(dLogits, needsGradient),
    };
  }

  /**
   * Which piece of a piecewise function the last forward pass was on: which units of a ReLU were
   * open, which inputs a pooling chose. The gradient check draws again where it changes within
   * a finite difference. Smooth layers need none.
   */
  branches(): Int32Array | undefined {
    return this.#activation?.branches();
  }

  /** The JSON that recreates this layer; options that it does not have to hold are undefined. */
  config(): LayerConfig {
    const none = this.#activation === null && { activation: undefined };
    const type = this.#activationName ?? this.#activation?.type;
    const activation = type && { activation: type };
    const frozen = !this.trainable && { trainable: false };
    const options = { ...none, ...this.options(), ...activation, ...frozen };
    return { ...options, type: this.type, name: this.name };
  }

  /** `conv2d "conv1"`, for messages. */
  get label(): string {
    return this.name === '' ? this.type : `${this.type} "${this.name}"`;
  }

  /** The trainable tensors, in a fixed order; empty before the layer is part of a model. */
  get parameters(): readonly Parameter[] {
    return this.#parameters;
  }

  /**
   * Tensors that the layer changes itself while it is trained, such as running means: they belong
   * to the model and its file, but optimizers leave them alone. In a fixed order.
   */
  get state(): readonly StoredTensor[] {
    return this.#state;
  }

  /** Shape of the output for one sample. */
  get outputShape(): Shape {
    return this.#parts.outputShape;
  }

  /**
   * Multiply-adds that the forward pass of one sample takes. Only products of a tensor with
   * weights count, as is usual; so for most layers it is 0.
   */
  multiplyAdds(): number {
    return 0;
  }

  /** Numbers that the output of one sample takes in memory; 0 for another view of the input. */
  get activationSize(): number {
    return sizeOf(this.outputShape);
  }

  /** Numbers that computing a sample takes beside, such as a copy of its input with padding around. */
  scratchSize(): number {
    return 0;
  }

  /**
   * The layer's own random numbers, such as dropout's masks, named after the layer.
   * @throws StateError if the layer's model was loaded for inference only.
   */
  get random(): Random {
    return this.#parts.random ?? this.#refuseTraining();
  }

  /** The context this layer was built with, for layers that contain others. */
  protected get context(): BuildContext {
    return this.#parts.context;
  }

  /** The arithmetic of the forward pass. */
  protected get kernels(): InferenceKernels {
    return this.context.kernels;
  }

  /**
   * The arithmetic of training.
   * @throws StateError if the layer's model was loaded for inference only.
   */
  protected get trainingKernels(): Kernels {
    const { kernels } = this.context;
    return canTrain(kernels) ? kernels : this.#refuseTraining();
  }

  #refuseTraining(): never {
    throw new StateError(
      `${this.label} was loaded for inference. Load its model from the main entry.`,
    );
  }

  /**
   * The backward pass as a function has it.
   * @throws StateError if the layer was made without: its model was loaded for inference only.
   */
  protected backwardBy<Left extends object>(
    gradient: Gradient<Left> | undefined,
    left: Left,
    dOutput: Tensor,
    needsGradient: readonly boolean[],
  ): readonly Tensor[] {
    if (!gradient) return this.#refuseTraining();
    const { trainable, trainingKernels: kernels, workspace } = this;
    return gradient({ ...left, trainable, kernels, workspace }, dOutput, needsGradient);
  }

  /** Memory that is kept from batch to batch. */
  protected get workspace(): Workspace {
    return this.#parts.workspace;
  }

  /** Makes a parameter, initialized from a random stream of its own. */
  protected addParameter(request: ParameterRequest): Parameter {
    const parameter = makeParameter(this, request, this.context);
    this.#parameters.push(parameter);
    return parameter;
  }

  /** Makes a tensor of the layer's {@link Layer.state}. */
  protected addState(request: StateRequest): StoredTensor {
    const state = makeState(this, request, this.context);
    this.#state.push(state);
    return state;
  }

  get #parts(): BuiltParts {
    if (this.#built) return this.#built;
    throw new StateError(`${this.label} is not part of a model yet.`);
  }
}

/** The input of a network. */
export interface InputOrigin {
  readonly name: string;
  /** Shape of one sample. */
  readonly shape: Shape;
}

/** The output of a layer. */
export interface LayerOrigin {
  readonly layer: Layer;
  readonly inputs: readonly SymbolicTensor[];
}

/**
 * A place in a network that is not made yet: a tensor without numbers. `input` gives the first one,
 * and applying a layer to some gives the next; `functional({ inputs, outputs })` then collects the layers
 * that lie between two of them.
 */
export class SymbolicTensor {
  /** Where it comes from. */
  readonly origin: InputOrigin | LayerOrigin;

  constructor(origin: InputOrigin | LayerOrigin) {
    this.origin = origin;
  }
}

/** Whether `value` is a {@link SymbolicTensor}, of this copy of the package or of another one. */
export function isSymbolic(value: unknown): value is SymbolicTensor {
  const { origin } = Object(value) as Partial<SymbolicTensor>;
  return typeof origin === 'object' && ('shape' in origin || 'layer' in origin);
}
