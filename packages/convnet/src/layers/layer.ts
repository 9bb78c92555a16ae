/**
 * The contract of a layer: a function of one tensor with explicit forward and backward passes.
 *
 *     forward:   input  [N, …inputShape]   →  output  [N, …outputShape]
 *     backward:  dOutput [N, …outputShape] →  dInput  [N, …inputShape], and parameter gradients
 *
 * `dX` stands for the gradient of the loss with respect to `X` and has the shape of `X`.
 * A layer remembers from its last forward pass what the backward pass needs. It never writes to
 * what it is given: other layers may read the same input, and the same gradient.
 *
 * {@link BaseLayer} is what all layers have, for any number of inputs; {@link Layer} is one of a
 * single input, and `merge-layer.ts` one of several.
 */
import {
  checkShape,
  Tensor,
  sizeOf,
  type DType,
  type InferenceKernels,
  type Kernels,
  type Random,
  type RandomStreams,
  type Shape,
} from '@convnet/tensor';
import { initializerNamed } from '../initializers.ts';
import type { Parameter, ParameterRequest, StateRequest, StoredTensor } from './layer-tensors.ts';
import { LayerOptionError } from './options.ts';
import { SymbolicTensor } from './symbolic-tensor.ts';
import { Workspace } from './workspace.ts';

/** What flows between two layers. */
export interface Signal {
  /** Shape of one sample, without the axis of samples: `[H, W, C]` or `[units]`. */
  readonly shape: Shape;
  /** If `shape` is a flattened `[H, W, C]`, that shape; a dense layer's file layout needs it. */
  readonly flattenedFrom?: Shape;
}

/** What a layer is given when its model is put together. */
export interface BuildContext {
  /** For a network that is trained, {@link Kernels}. */
  readonly kernels: InferenceKernels;
  readonly dtype: DType;
  /** Streams of the model's seed. */
  readonly streams: RandomStreams;
  /**
   * Called before a parameter of `size` elements is made; throws to refuse it. Loading a file
   * sets it, so that no more memory is taken than the file has weights for.
   */
  readonly beforeAllocation?: (size: number, layer: string) => void;
  /** Leave parameters at zero, because a file is about to fill them. */
  readonly skipInitialization?: boolean;
}

/** The JSON that recreates a layer: its type, its name and its options. */
export interface LayerConfig {
  readonly type: string;
  readonly name: string;
  readonly [option: string]: unknown;
}

const canTrain = (kernels: InferenceKernels): kernels is Kernels => 'channelSums' in kernels;

/** What a layer has once it is part of a model. */
interface BuiltParts {
  readonly context: BuildContext;
  readonly workspace: Workspace;
  readonly random: Random;
}

/** What computing needs of a layer. */
export type LayerPasses = Pick<BaseLayer, 'name' | 'parameters' | 'forwardAll' | 'backwardAll'>;

/** The passes of a layer up to what the activation at its end is applied to. */
export interface LogitPasses extends LayerPasses {
  readonly activation: 'softmax' | 'sigmoid';
}

/** The passes of a layer that is nothing but such an activation: what comes in are the logits. */
export const passesToInput = (
  name: string,
  activation: LogitPasses['activation'],
): LogitPasses => ({
  name,
  parameters: [],
  activation,
  forwardAll: ([input]) => input!,
  backwardAll: (dLogits) => [dLogits],
});

/** Base class of all layers: what layers of one input and of several have in common. */
export abstract class BaseLayer {
  /** Name of the layer's kind, as in configurations: `conv2d`. */
  abstract readonly type: string;
  /** Start of default names: `conv` makes `conv1`, `conv2`, … */
  abstract readonly namePrefix: string;

  /**
   * Whether a sample's output in training depends on the others of its batch: then a large batch
   * must not be computed piece by piece.
   */
  readonly usesWholeBatch: boolean = false;

  /** Unique in its model. Set by the caller, else by the model. */
  name: string;
  readonly #parameters: Parameter[] = [];
  readonly #state: StoredTensor[] = [];
  #built: BuiltParts | undefined;
  #outputShape: Shape | undefined;
  #isApplied = false;

  constructor(name: string | undefined) {
    this.name = name ?? '';
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

  /**
   * If the output is that of a softmax or sigmoid, the passes up to what that is applied to: a loss can
   * work on it instead.
   */
  get passesToLogits(): LogitPasses | undefined {
    return undefined;
  }

  /** The layer's own random numbers (dropout's masks), named after the layer. */
  get random(): Random {
    return this.#parts.random;
  }

  /** `conv2d "conv1"`, for messages. */
  get label(): string {
    return this.name === '' ? this.type : `${this.type} "${this.name}"`;
  }

  /** What the layer was built with, for layers that contain others. */
  protected get context(): BuildContext {
    return this.#parts.context;
  }

  /** The arithmetic of the forward pass. */
  protected get kernels(): InferenceKernels {
    return this.context.kernels;
  }

  /**
   * The arithmetic of training.
   * @throws Error if the layer's model was loaded for inference only.
   */
  protected get trainingKernels(): Kernels {
    const { kernels } = this.context;
    if (canTrain(kernels)) return kernels;
    throw new Error(`${this.label} was loaded for inference. Load its model from the main entry.`);
  }

  /** Memory that is kept from batch to batch. */
  protected get workspace(): Workspace {
    return this.#parts.workspace;
  }

  /** Shape of the output for one sample. */
  get outputShape(): Shape {
    return this.#outputShape ?? this.#refuse();
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

  get #parts(): BuiltParts {
    return this.#built ?? this.#refuse();
  }

  #refuse(): never {
    throw new Error(`${this.label} is not part of a model yet.`);
  }

  /**
   * Fixes the shapes and makes the parameters. Called once, by the model.
   * @throws ShapeError if the layer cannot take `inputs`.
   */
  buildAll(inputs: readonly Signal[], context: BuildContext): Signal {
    if (this.#built) {
      throw new Error(`${this.label} is part of a model already. Make a new layer for each model.`);
    }
    this.#built = {
      context,
      workspace: new Workspace(context.kernels, context.dtype),
      random: context.streams.stream(`dropout/${this.name}`),
    };
    const output = this.connectAll(inputs);
    checkShape(output.shape, this.label);
    this.#outputShape = output.shape;
    return output;
  }

  /** The symbolic output for symbolic inputs; see {@link Layer.apply}. */
  protected applyAll(inputs: readonly SymbolicTensor[]): SymbolicTensor {
    if (!inputs.every((tensor) => tensor instanceof SymbolicTensor)) {
      throw new LayerOptionError(
        `${this.label} apply: expected what input() or another layer's apply() gives. To compute with numbers, make a model and call predict().`,
      );
    }
    if (this.#isApplied) {
      throw new LayerOptionError(
        `${this.label} apply: expected a layer that is not applied yet; a layer has one place in a network, and shares its weights with none. Make a new layer for each place.`,
      );
    }
    this.#isApplied = true;
    return new SymbolicTensor({ layer: this, inputs });
  }

  /** Checks `inputs`, adds the parameters and says what comes out. */
  protected abstract connectAll(inputs: readonly Signal[]): Signal;

  /**
   * Computes the output, by kernel calls alone: they may be recorded, to be made again and again.
   * The output stays valid until the next forward pass of this layer.
   * @param training - whether a backward pass follows and dropout is active.
   */
  abstract forwardAll(inputs: readonly Tensor[], training: boolean): Tensor;

  /**
   * Adds to the parameters' gradients and computes the gradients of the inputs, for the batch of
   * the last forward pass: one for each, in their order. `dOutput` itself may be among them. They
   * stay valid until the next backward pass of this layer.
   * @param needsGradient - for each input, whether its gradient is used; if not, the work may be
   * skipped.
   */
  abstract backwardAll(dOutput: Tensor, needsGradient: readonly boolean[]): readonly Tensor[];

  /** The options that differ from layer to layer of this type. */
  protected abstract options(): Record<string, unknown>;

  /** The JSON that recreates this layer. */
  config(): LayerConfig {
    return { type: this.type, name: this.name, ...this.options() };
  }

  /**
   * Which piece of a piecewise function the last forward pass was on: which units of a ReLU were
   * open, which inputs a pooling chose. The gradient check draws again where it changes within
   * a finite difference. Smooth layers need none.
   */
  branches(): Int32Array | undefined {
    return undefined;
  }

  /** Makes a parameter, initialized from a random stream of its own. */
  protected addParameter(request: ParameterRequest): Parameter {
    const { context } = this;
    const { name, shape, initializer, regularizer } = request;
    const made = this.#allocate(request);
    if (!context.skipInitialization) {
      const fill =
        typeof initializer === 'string'
          ? initializerNamed(initializer, `${this.label} ${name}`)
          : initializer;
      fill(made.value, request, context.streams.stream(`init/${this.name}.${name}`));
    }
    const gradient = context.kernels.createTensor(shape, context.dtype);
    const parameter: Parameter = { ...made, gradient, regularizer };
    this.#parameters.push(parameter);
    return parameter;
  }

  /** Makes a tensor of the layer's {@link Layer.state}. */
  protected addState(request: StateRequest): StoredTensor {
    const state = this.#allocate(request);
    if (!this.context.skipInitialization) state.value.data.fill(request.initial);
    this.#state.push(state);
    return state;
  }

  #allocate({
    name,
    shape,
    stored,
  }: Pick<ParameterRequest, 'name' | 'shape' | 'stored'>): StoredTensor {
    const { context } = this;
    context.beforeAllocation?.(sizeOf(shape), this.label);
    return {
      name,
      value: context.kernels.createTensor(shape, context.dtype),
      stored: stored ?? { view: shape, axes: shape.map((_, axis) => axis), shape },
    };
  }
}

/** Base class of layers of one input. */
export abstract class Layer extends BaseLayer {
  /**
   * Puts the layer behind `input`, in a network that `model({ inputs, outputs })` makes. Nothing is
   * computed yet.
   *
   * @throws LayerOptionError if the layer was applied before.
   * @example
   * ```ts
   * const x = input({ shape: [28, 28, 1] });
   * const y = relu().apply(conv2d({ filters: 8, kernelSize: 3 }).apply(x));
   * ```
   */
  apply(input: SymbolicTensor): SymbolicTensor {
    return this.applyAll([input]);
  }

  /** See {@link BaseLayer.buildAll}. */
  build(input: Signal, context: BuildContext): Signal {
    return this.buildAll([input], context);
  }

  /** Checks `input`, adds the parameters and says what comes out. */
  protected abstract connect(input: Signal): Signal;

  /**
   * Computes the output, by kernel calls alone: they may be recorded, to be made again and again.
   * The output stays valid until the next forward pass of this layer.
   * @param training - whether a backward pass follows and dropout is active.
   */
  abstract forward(input: Tensor, training: boolean): Tensor;

  /**
   * Adds to the parameters' gradients and computes the gradient of the input, for the batch of
   * the last forward pass. The result stays valid until the next backward pass of this layer.
   * @param needsInputGradient - false lets the first layer skip the work; the result is unused.
   */
  abstract backward(dOutput: Tensor, needsInputGradient: boolean): Tensor;

  protected override connectAll(inputs: readonly Signal[]): Signal {
    if (inputs.length !== 1) {
      throw new LayerOptionError(`${this.label}: expected one input; received ${inputs.length}.`);
    }
    return this.connect(inputs[0]!);
  }

  override forwardAll([input]: readonly Tensor[], training: boolean): Tensor {
    return this.forward(input!, training);
  }

  override backwardAll(dOutput: Tensor, [needsGradient]: readonly boolean[]): readonly Tensor[] {
    return [this.backward(dOutput, needsGradient!)];
  }
}
