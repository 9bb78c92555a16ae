/**
 * Layers that follow one another, as they are needed to predict: the output of each is the input
 * of the next. A {@link Sequential} is one that can also be trained.
 */
import {
  formatShape,
  RandomStreams,
  sameShape,
  ShapeError,
  Tensor,
  type DType,
  type InferenceKernels,
  type Program,
  type Shape,
} from '@convnet/tensor';
import type { BuildContext, Layer, LayerConfig } from '../layers/layer.ts';
import { LayerOptionError, positiveInteger } from '../layers/options.ts';
import { Workspace } from '../layers/workspace.ts';
import { BatchInput } from '../samples/batch-input.ts';
import { checkCount } from '../samples/check-count.ts';
import { DEFAULT_BATCH, pieces } from '../samples/pieces.ts';
import { consecutive, sampleSource, type Samples, type SampleSource } from '../samples/samples.ts';
import type { ModelInfo } from './model-info.ts';
import { nameLayers } from './name-layers.ts';
import { summaryOf } from './summary.ts';

/** What a network is made of. */
export interface NetworkOptions {
  /** Shape of one sample: `[height, width, channels]` for images. */
  readonly inputShape: Shape;
  readonly layers: readonly Layer[];
  readonly name?: string;
  /** Root of all random numbers: initial weights, order of samples, dropout. Default 0. */
  readonly seed?: number;
  /** Number format; default `float32`. `float64` is slower, and exact enough to check gradients. */
  readonly dtype?: DType;
}

/** What a network needs beyond what its users say; loading a file sets it. */
export type BuildOptions = Pick<BuildContext, 'beforeAllocation' | 'skipInitialization'>;

/** The JSON that recreates a network without its weights. */
export interface SequentialConfig {
  readonly name: string;
  readonly inputShape: Shape;
  readonly layers: readonly LayerConfig[];
}

/** A recorded forward pass. */
interface Prediction {
  readonly program: Program;
  readonly count: number;
  readonly input: BatchInput;
  /** Known once the program was recorded, or has run. */
  output?: Tensor;
}

/** See the top of this file. */
export class InferenceModel {
  readonly name: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly layers: readonly Layer[];
  readonly dtype: DType;
  readonly workspace: Workspace;
  /** What is known about the network beside its weights; saved and loaded with it. */
  info: ModelInfo = {};
  readonly #kernels: InferenceKernels;
  readonly #predictions: Prediction[] = [];

  constructor(options: NetworkOptions, kernels: InferenceKernels, build: BuildOptions = {}) {
    const { inputShape, layers, name = 'sequential', seed = 0, dtype = 'float32' } = options;
    if (layers.length === 0) throw new LayerOptionError('sequential: expected at least one layer.');
    inputShape.forEach((length) => positiveInteger(length, 'sequential inputShape'));
    this.name = name;
    this.inputShape = Object.freeze([...inputShape]);
    this.layers = Object.freeze([...layers]);
    this.dtype = dtype;
    this.#kernels = kernels;
    this.workspace = new Workspace(kernels, dtype);
    nameLayers(layers);
    const context: BuildContext = { kernels, dtype, streams: new RandomStreams(seed), ...build };
    let signal = { shape: this.inputShape };
    for (const layer of layers) signal = layer.build(signal, context);
    this.outputShape = Object.freeze([...signal.shape]);
  }

  /** The arithmetic that the network computes with. */
  get kernels(): InferenceKernels {
    return this.#kernels;
  }

  /** Number of trainable numbers. */
  countParams(): number {
    const parameters = this.layers.flatMap((layer) => layer.parameters);
    return parameters.reduce((sum, { value }) => sum + value.size, 0);
  }

  /** Runs all layers. The output stays valid until the next pass. */
  forward(input: Tensor, training: boolean): Tensor {
    return this.forwardThrough(this.layers, input, training);
  }

  /** Runs some of the layers, from the first on. */
  protected forwardThrough(layers: readonly Layer[], input: Tensor, training: boolean): Tensor {
    if (!sameShape(input.shape.slice(1), this.inputShape)) {
      throw new ShapeError(
        `${this.name}: expected input ${formatShape(['N', ...this.inputShape])}; received ${formatShape(input.shape)}.`,
      );
    }
    return layers.reduce((signal, layer) => layer.forward(signal, training), input);
  }

  /**
   * The network's outputs `[N, …outputShape]` for samples `x`. A sample's output does not depend
   * on the others, on the batch size or on the number of threads, not even in its last bit.
   * @throws ShapeError if `x` does not fit the network.
   * @throws RangeError if `batchSize` is not a whole number of at least 1.
   */
  predict(x: Samples, { batchSize = DEFAULT_BATCH }: { readonly batchSize?: number } = {}): Tensor {
    checkCount(batchSize, 'predict batchSize');
    const samples = sampleSource(x, this.inputShape, 'predict');
    const predictions = Tensor.zeros([samples.sampleCount, ...this.outputShape], this.dtype);
    for (const { start, count } of pieces(samples.sampleCount, batchSize)) {
      const prediction = this.#prediction(samples, count);
      prediction.input.fill(samples, consecutive(count, start));
      prediction.program.run();
      predictions.rows(start, count).data.set(prediction.output!.data);
    }
    return predictions;
  }

  #prediction(samples: SampleSource, count: number): Prediction {
    const kept = this.#predictions.find(
      (prediction) => prediction.count === count && prediction.input.suits(samples),
    );
    if (kept) return kept;
    const input = new BatchInput(this.workspace, samples, this.inputShape, count);
    const result: Pick<Prediction, 'output'> = {};
    const program = this.#kernels.record(() => {
      input.record(this.#kernels);
      result.output = this.forward(input.tensor, false);
    });
    const prediction = Object.assign(result, { count, input, program });
    this.#predictions.push(prediction);
    return prediction;
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
