/**
 * A network whose layers follow one another: the output of each is the input of the next.
 *
 *     forward   input → layer 1 → layer 2 → … → output
 *     backward  dInput ← layer 1 ← layer 2 ← … ← dOutput       (the chain rule, from the end)
 *
 * Names, options and defaults follow Keras' Sequential.
 */
import {
  createKernels,
  RandomStreams,
  ShapeError,
  formatShape,
  sameShape,
  type DType,
  type Kernels,
  type Random,
  type Shape,
  type Tensor,
} from '@convnet/tensor';
import type { BuildContext, Layer, LayerConfig, Parameter } from '../layers/layer.ts';
import { LayerOptionError, positiveInteger } from '../layers/options.ts';
import { Softmax } from '../layers/softmax.ts';
import { Workspace } from '../layers/workspace.ts';
import type { Targets } from '../losses/loss.ts';
import { evaluate, predict, type EvaluateOptions, type Evaluation } from '../training/evaluate.ts';
import { fit, type FitOptions, type History } from '../training/fit.ts';
import { labelledSamples } from '../training/labelled-samples.ts';
import type { Samples } from '../training/samples.ts';
import { compileSettings, type CompiledSettings, type CompileOptions } from './compile.ts';
import type { ModelInfo } from './model-info.ts';
import type { Network } from './network.ts';
import { summaryOf } from './summary.ts';

/** Options of {@link sequential}. */
export interface SequentialOptions {
  /** Shape of one sample: `[height, width, channels]` for images. */
  readonly inputShape: Shape;
  readonly layers: readonly Layer[];
  readonly name?: string;
  /** Root of all random numbers: initial weights, order of samples, dropout. Default 0. */
  readonly seed?: number;
  /** Number format; default `float32`. `float64` is slower, and exact enough to check gradients. */
  readonly dtype?: DType;
  /** The arithmetic to compute with; default the fastest that the engine runs. */
  readonly kernels?: Kernels;
}

/** What {@link Sequential} needs beyond what its users say; loading a file sets it. */
export type BuildOptions = Pick<BuildContext, 'beforeAllocation' | 'skipInitialization'>;

/** The JSON that recreates a network without its weights. */
export interface SequentialConfig {
  readonly name: string;
  readonly inputShape: Shape;
  readonly layers: readonly LayerConfig[];
}

/** Names that work as PyTorch module names. */
const LAYER_NAME = /^[A-Za-z_]\w{0,99}$/;

/** Gives every layer without a name the next free one of its kind: `conv1`, `conv2`, … */
function nameLayers(layers: readonly Layer[]): void {
  const names = new Set<string>();
  for (const { name, type } of layers) {
    if (name === '') continue;
    if (!LAYER_NAME.test(name)) {
      throw new LayerOptionError(
        `${type} name: expected letters, digits and _, not starting with a digit; received ${JSON.stringify(name)}.`,
      );
    }
    if (names.has(name)) {
      throw new LayerOptionError(
        `${type} name: expected every layer to have a name of its own; received "${name}" twice.`,
      );
    }
    names.add(name);
  }
  for (const layer of layers) {
    for (let number = 1; layer.name === ''; number++) {
      const name = `${layer.namePrefix}${number}`;
      if (names.has(name)) continue;
      names.add(name);
      layer.name = name;
    }
  }
}

/** See {@link sequential}; what a {@link Network} has is described there. */
export class Sequential implements Network {
  readonly name: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly layers: readonly Layer[];
  readonly seed: number;
  readonly dtype: DType;
  readonly kernels: Kernels;
  readonly shuffleRandom: Random;
  readonly workspace: Workspace;
  /** What is known about the network beside its weights; saved and loaded with it. */
  info: ModelInfo = {};
  #compiled: CompiledSettings | undefined;

  constructor(options: SequentialOptions, build: BuildOptions = {}) {
    const { inputShape, layers, name = 'sequential', seed = 0, dtype = 'float32' } = options;
    if (layers.length === 0) throw new LayerOptionError('sequential: expected at least one layer.');
    inputShape.forEach((length) => positiveInteger(length, 'sequential inputShape'));
    this.name = name;
    this.inputShape = Object.freeze([...inputShape]);
    this.layers = Object.freeze([...layers]);
    this.seed = seed;
    this.dtype = dtype;
    // float64 is for exactness: only the reference computes it.
    this.kernels = options.kernels ?? createKernels(dtype === 'float64' ? 'reference' : 'auto');
    const streams = new RandomStreams(seed);
    this.shuffleRandom = streams.stream('shuffle');
    this.workspace = new Workspace(this.kernels, dtype);
    nameLayers(layers);
    const context: BuildContext = { kernels: this.kernels, dtype, streams, ...build };
    let signal = { shape: this.inputShape };
    for (const layer of layers) signal = layer.build(signal, context);
    this.outputShape = Object.freeze([...signal.shape]);
  }

  get parameters(): Parameter[] {
    return this.layers.flatMap((layer) => layer.parameters);
  }

  /** Number of trainable numbers. */
  countParams(): number {
    return this.parameters.reduce((sum, { value }) => sum + value.size, 0);
  }

  get classCount(): number {
    if (this.outputShape.length !== 1) {
      throw new ShapeError(
        `${this.name}: expected output [N, classes]; received ${formatShape(['N', ...this.outputShape])}. End the model with flatten() and dense().`,
      );
    }
    return this.outputShape[0]!;
  }

  get compiled(): CompiledSettings {
    if (!this.#compiled) {
      throw new Error(
        `${this.name} is not compiled. Call model.compile({ optimizer, loss }) first.`,
      );
    }
    return this.#compiled;
  }

  /**
   * Chooses how the network is trained and judged.
   *
   * @throws Error if the loss does not fit the network's last layer.
   * @example
   * ```ts
   * model.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' });
   * ```
   */
  compile(options: CompileOptions): void {
    this.#compiled = compileSettings(options, this.layers.at(-1)!);
  }

  forward(input: Tensor, training: boolean): Tensor {
    return this.#forwardThrough(this.layers, input, training);
  }

  forwardToLogits(input: Tensor, training: boolean): Tensor {
    return this.#forwardThrough(this.#layersToLogits, input, training);
  }

  backwardFromLogits(dLogits: Tensor, needsInputGradient = false): Tensor {
    const layers = this.#layersToLogits;
    let gradient = dLogits;
    for (let i = layers.length - 1; i >= 0; i--) {
      gradient = layers[i]!.backward(gradient, i > 0 || needsInputGradient);
    }
    return gradient;
  }

  get #layersToLogits(): readonly Layer[] {
    const endsInLoss = !this.compiled.loss.fromLogits && this.layers.at(-1) instanceof Softmax;
    return endsInLoss ? this.layers.slice(0, -1) : this.layers;
  }

  #forwardThrough(layers: readonly Layer[], input: Tensor, training: boolean): Tensor {
    if (!sameShape(input.shape.slice(1), this.inputShape)) {
      throw new ShapeError(
        `${this.name}: expected input ${formatShape(['N', ...this.inputShape])}; received ${formatShape(input.shape)}.`,
      );
    }
    return layers.reduce((signal, layer) => layer.forward(signal, training), input);
  }

  /**
   * Trains on samples `x` and targets `y`.
   *
   * @throws FitOptionError, TargetError or ShapeError for arguments that do not fit, before
   * anything is changed; the signal's reason if `options.signal` aborts.
   * @example
   * ```ts
   * await model.fit(train.images, train.labels, { epochs: 5, batchSize: 32 });
   * ```
   */
  fit(x: Samples, y: Targets, options: FitOptions = {}): Promise<History> {
    return fit(this, x, y, options);
  }

  /** Mean loss and accuracy on samples `x` and targets `y`; throws as {@link Sequential.fit} does. */
  async evaluate(x: Samples, y: Targets, options: EvaluateOptions = {}): Promise<Evaluation> {
    return evaluate(this, labelledSamples(this, x, y, 'evaluate'), options);
  }

  /**
   * The network's outputs `[N, …outputShape]` for samples `x`. A sample's output does not depend
   * on the others or on the batch size.
   * @throws ShapeError if `x` does not fit the network.
   */
  predict(x: Samples, options: Pick<EvaluateOptions, 'batchSize'> = {}): Tensor {
    return predict(this, x, options.batchSize);
  }

  /** Prints a table of the layers, their output shapes and parameters. */
  summary({ printFn = console.log }: { readonly printFn?: (line: string) => void } = {}): void {
    for (const line of summaryOf(this)) printFn(line);
  }

  /** The JSON that recreates this network, without weights. */
  config(): SequentialConfig {
    const layers = this.layers.map((layer) => layer.config());
    return { name: this.name, inputShape: this.inputShape, layers };
  }
}

/**
 * A network of layers that follow one another.
 *
 * @throws ShapeError if a layer cannot take what the one before it gives.
 * @throws LayerOptionError if two layers have one name, or there is none.
 * @example
 * ```ts
 * const model = sequential({
 *   inputShape: [28, 28, 1],
 *   layers: [conv2d({ filters: 16, kernelSize: 3 }), relu(), flatten(), dense({ units: 10 }), softmax()],
 * });
 * ```
 */
export function sequential(options: SequentialOptions): Sequential {
  return new Sequential(options);
}
