/** A network with what training needs of it, whatever its loss and its optimizer. */
import {
  checkOptions,
  choiceOption,
  createKernels,
  formatShape,
  functionOption,
  kernelsLike,
  isTensor,
  OptionError,
  RandomStreams,
  ShapeError,
  shown,
  Tensor,
  type DType,
  type Kernels,
  type Random,
} from '@convnet/tensor';
import type { Layer } from '../layers/layer.ts';
import type { Parameter } from '../layers/layer-tensors.ts';
import { seededBy } from '../layers/training-context.ts';
import { InferenceModel, type FileOptions, type NetworkOptions } from './inference-model.ts';
import { summaryOf } from './summary.ts';

/** Options of a network that can be trained. */
export interface TrainableOptions {
  readonly name?: string;
  /** Root of all random numbers: initial weights, order of samples, dropout. Default 0. */
  readonly seed?: number;
  /** Number format; default `float32`. `float64` is slower, and exact enough to check gradients. */
  readonly dtype?: DType;
  /**
   * The arithmetic to compute with; default the fastest that the engine runs, on all its cores. The
   * network has a memory of its own: to compute with its tensors, use its `kernels`.
   */
  readonly kernels?: Kernels;
}

/** A network whose weights can change. */
export class TrainableNetwork extends InferenceModel {
  /** Root of all random numbers. */
  readonly seed: number;
  /** Orders the samples of each epoch; goes on from one `fit` to the next. */
  readonly shuffleRandom: Random;

  constructor(options: NetworkOptions & TrainableOptions, build: FileOptions = {}) {
    const { seed = 0, dtype = 'float32' } = options;
    choiceOption(dtype, ['float32', 'float64'], 'model dtype');
    // float64 is for exactness: only the reference computes it.
    const { kernels } = options;
    const own = kernels
      ? kernelsLike(kernels)
      : createKernels(dtype === 'float64' ? 'reference' : 'auto');
    super(options, own, { ...seededBy(seed), ...build });
    this.seed = seed;
    this.shuffleRandom = new RandomStreams(seed).stream('shuffle');
  }

  override get kernels(): Kernels {
    return super.kernels as Kernels; // those that the constructor gave
  }

  /** The parameters of all layers, also of those that are not trainable; first layer first. */
  get parameters(): Parameter[] {
    return this.layers.flatMap((layer) => layer.parameters);
  }

  /**
   * Number K of outputs: one for each class that the network tells apart.
   * @throws ShapeError if its output is not `[N, K]`.
   */
  get classCount(): number {
    if (this.outputShape.length !== 1) {
      throw new ShapeError(
        `${this.name}: expected output [N, classes]; received ${formatShape(['N', ...this.outputShape])}. End the model with flatten() and dense().`,
      );
    }
    return this.outputShape[0]!;
  }

  /** Whether one of its layers looks at a batch as a whole, so that it must not be divided. */
  get usesWholeBatch(): boolean {
    return this.layers.some((layer) => layer.usesWholeBatch && layer.trainable);
  }

  /** The layer with a name. @throws OptionError if there is none. */
  getLayer(name: string): Layer {
    const layer = this.layers.find((candidate) => candidate.name === name);
    if (layer) return layer;
    const names = this.layers.map((candidate) => candidate.name).join(', ');
    throw new OptionError(
      `${this.name}: expected one of the layers ${names}; received ${shown(name)}.`,
    );
  }

  /**
   * Prints a table of the layers: output shapes, parameters, multiply-adds and memory, each in
   * total, too; and, of a graph, what reads what.
   */
  summary(options: { readonly printFn?: (line: string) => void } = {}): void {
    checkOptions(options, 'printFn', 'summary');
    const { printFn = console.log } = options;
    functionOption(printFn, 'summary printFn');
    for (const line of summaryOf(this)) printFn(line);
  }

  /** Copies of all tensors that belong to the network: for each layer its parameters, then its state. */
  getWeights(): Tensor[] {
    return this.weights.map(({ data, shape }) => new Tensor(data.slice(), shape));
  }

  /**
   * Fills the network with what `getWeights` gave, of this one or of one like it.
   * @throws ShapeError if number or shapes of the tensors are not the same; nothing has changed then.
   */
  setWeights(weights: readonly Tensor[]): void {
    const own = this.weights;
    const given: unknown = weights;
    if (!Array.isArray(given) || given.findIndex((weight) => !isTensor(weight)) >= 0) {
      throw new OptionError(`setWeights: expected a list of tensors; received ${shown(weights)}.`);
    }
    const shapes = (tensors: readonly Tensor[]): string =>
      tensors.map(({ shape }) => formatShape(shape)).join(', ');
    if (shapes(own) !== shapes(weights)) {
      throw new ShapeError(
        `${this.name} setWeights: expected ${shapes(own)}; received ${shapes(weights)}.`,
      );
    }
    for (const [i, { data }] of own.entries()) data.set(weights[i]!.data);
  }
}
