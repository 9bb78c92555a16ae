/**
 * A network as it is needed to predict: layers, each of which computes from the network's input or
 * from what others gave. A {@link Model} is one that can also be trained.
 */
import {
  checkOptions,
  disposeKernels,
  formatShape,
  functionOption,
  positiveInteger,
  sameShape,
  ShapeError,
  StateError,
  signalOption,
  Tensor,
  type DType,
  type InferenceKernels,
  type Shape,
} from '@convnet/tensor/inference';
import { EventLoopTurn } from '../event-loop.ts';
import type { BuildContext, Layer } from '../layers/layer.ts';
import type { Signal } from '../layers/signal.ts';
import { Workspace } from '../layers/workspace.ts';
import { BatchInput, inputKind } from '../samples/batch-input.ts';
import { DEFAULT_BATCH, pieces } from '../samples/pieces.ts';
import { ReadAhead } from '../samples/read-ahead.ts';
import { consecutive, sampleSource, type Samples, type SampleSource } from '../samples/samples.ts';
import { disposeSymbol } from './dispose-symbol.ts';
import { forwardPass, type Observer } from './forward-pass.ts';
import { NETWORK_INPUT, type Graph, type PassNode } from './graph.ts';
import type { ModelInfo } from './model-info.ts';
import { nameLayers } from './name-layers.ts';
import { networkConfig, type NetworkConfig } from './network-config.ts';
import { RecordedPass, RecordedPasses } from './recorded-passes.ts';

/** The parts of a network. */
export interface NetworkOptions {
  readonly graph: Graph;
  readonly name: string;
  /** Number format; default `float32`. `float64` is slower, and exact enough to check gradients. */
  readonly dtype?: DType;
}

/** Settings that loading a file makes. */
export type FileOptions = Pick<BuildContext, 'beforeAllocation' | 'skipInitialization'>;

/** Settings that are not the user's. */
export type BuildOptions = Omit<BuildContext, 'kernels' | 'dtype'>;

/** Options of {@link InferenceModel.predict}. */
export interface PredictOptions {
  /** Samples computed at once; results do not depend on it. Default 128. */
  readonly batchSize?: number | undefined;
}

/** Options of {@link InferenceModel.predictAsync}. */
export interface PredictAsyncOptions extends PredictOptions {
  /** Ends the prediction, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Is told after each batch how many of all samples are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A network that predicts. */
export class InferenceModel {
  readonly name: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** How the layers are connected. */
  readonly graph: Graph;
  readonly dtype: DType;
  /** Facts about the network beside its weights; saved and loaded with it. */
  info: ModelInfo = {};
  readonly #layers: readonly Layer[];
  readonly #kernels: InferenceKernels;
  readonly #workspace: Workspace;
  readonly #predictions = new RecordedPasses<RecordedPass<Tensor>>();
  #isDisposed = false;

  constructor(options: NetworkOptions, kernels: InferenceKernels, build: BuildOptions) {
    const { graph, name, dtype = 'float32' } = options;
    const { createTensor } = kernels as { readonly createTensor: unknown };
    functionOption(createTensor, 'kernels createTensor');
    const { form, inputName, inputShape, nodes } = graph;
    this.name = name;
    this.graph = graph;
    this.inputShape = Object.freeze([...inputShape]);
    this.#layers = Object.freeze(nodes.map(({ layer }) => layer));
    this.dtype = dtype;
    this.#kernels = kernels;
    this.#workspace = new Workspace(kernels, dtype);
    nameLayers(this.#layers, form === 'functional' ? [inputName] : []);
    const context: BuildContext = { kernels, dtype, ...build };
    const input: Signal = { shape: this.inputShape };
    const signals: Signal[] = [];
    for (const { layer, inputs } of nodes) {
      const read = inputs.map((from) => (from === NETWORK_INPUT ? input : signals[from]!));
      signals.push(layer.build(read, context));
    }
    this.outputShape = Object.freeze([...signals.at(-1)!.shape]);
  }

  /** In an order of computation. */
  get layers(): readonly Layer[] {
    this.#checkAlive();
    return this.#layers;
  }

  /** The arithmetic that the network computes with, in a memory of its own. */
  get kernels(): InferenceKernels {
    this.#checkAlive();
    return this.#kernels;
  }

  /** Memory of the passes through the whole network. */
  get workspace(): Workspace {
    this.#checkAlive();
    return this.#workspace;
  }

  /**
   * Ends the network's threads and gives back its memory, which serves the next network if that is made
   * by the same run of code. Without it, garbage collection does so in its time. Neither the network
   * nor tensors that belong to it can be used afterwards; what `predict` and `getWeights` gave can.
   *
   * @example
   * ```ts
   * for (const seed of [1, 2, 3]) {
   *   const model = createPreset('simple', { seed });
   *   model.predict(images);
   *   model.dispose(); // or, where the language has it: using model = createPreset(…)
   * }
   * ```
   */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#predictions.release();
    this.#isDisposed = true;
    disposeKernels(this.#kernels);
  }

  /** {@link InferenceModel.dispose}, for `using`. */
  [disposeSymbol](): void {
    this.dispose();
  }

  /** Whether {@link InferenceModel.dispose} was called. */
  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  #checkAlive(): void {
    if (!this.#isDisposed) return;
    throw new StateError(
      `${this.name}: expected a model that is not disposed. Dispose of it after its last use, or make it again.`,
    );
  }

  /** Number of numbers that belong to the network: trainable ones, and those of layers' state. */
  countParams(): number {
    return this.weights.reduce((sum, { size }) => sum + size, 0);
  }

  /** All tensors that belong to the network: for each layer its parameters, then its state. */
  protected get weights(): Tensor[] {
    const tensors = this.layers.flatMap(({ parameters, state }) => [...parameters, ...state]);
    return tensors.map(({ value }) => value);
  }

  /**
   * Runs all layers, or `nodes`, the first of them. The output stays valid until the next pass.
   * @param training - whether a backward pass follows and dropout is active.
   * @throws ShapeError if `input` is not `[N, …inputShape]`.
   */
  forward(
    input: Tensor,
    training: boolean,
    nodes: readonly PassNode[] = this.graph.nodes,
    observe?: Observer,
  ): Tensor {
    this.#checkAlive();
    if (!sameShape(input.shape.slice(1), this.inputShape)) {
      throw new ShapeError(
        `${this.name}: expected input ${formatShape(['N', ...this.inputShape])}; received ${formatShape(input.shape)}.`,
      );
    }
    return forwardPass(nodes, input, training, observe);
  }

  /**
   * The network's outputs `[N, …outputShape]` for samples `x`. A sample's output does not depend
   * on the others, on the batch size or on the number of threads, not even in its last bit.
   * @throws ShapeError if `x` does not fit the network, or a batch does not fit into memory.
   * @throws OptionError if `batchSize` is not a whole number of at least 1.
   */
  predict(x: Samples, options: PredictOptions = {}): Tensor {
    checkOptions(options, 'batchSize', 'predict');
    const { samples, batches, predictions } = this.#predicting(x, options.batchSize, 'predict');
    for (const batch of batches) this.#predict(samples, batch, predictions);
    return predictions;
  }

  /**
   * As {@link InferenceModel.predict}, but it waits for samples that come later; between batches it lets timers, input and requests run,
   * can be aborted, and tells how far it is: for large inputs in a page or a server.
   * @throws the signal's reason if `signal` aborts; else as `predict` does.
   * @example
   * ```ts
   * const predictions = await model.predictAsync(images, {
   *   onProgress: (done, total) => console.log(`${done} of ${total}`),
   * });
   * ```
   */
  async predictAsync(x: Samples, options: PredictAsyncOptions = {}): Promise<Tensor> {
    checkOptions(options, 'batchSize signal onProgress', 'predictAsync');
    const { batchSize, signal, onProgress } = options;
    signalOption(signal, 'predictAsync');
    if (onProgress) functionOption(onProgress, 'predictAsync onProgress');
    signal?.throwIfAborted();
    const plan = this.#predicting(x, batchSize, 'predictAsync');
    const { batches, predictions } = plan;
    const samples = new ReadAhead(plan.samples, this.dtype, signal);
    const turn = new EventLoopTurn();
    try {
      for (const [i, batch] of batches.entries()) {
        const arrival = samples.arrivalOf(batch, batches[i + 1]);
        if (arrival) await arrival;
        this.#predict(samples, batch, predictions);
        onProgress?.(batch.at(-1)! + 1, samples.sampleCount);
        if (turn.isOver) await turn.pause();
        signal?.throwIfAborted();
      }
    } finally {
      samples.end();
    }
    return predictions;
  }

  /** The samples `x`, in batches, and room for what is predicted of them. */
  #predicting(x: Samples, batchSize = DEFAULT_BATCH, where: string) {
    positiveInteger(batchSize, `${where} batchSize`);
    const samples = sampleSource(x, this.inputShape, where);
    const { sampleCount } = samples;
    const indices = consecutive(sampleCount);
    const batches = [...pieces(sampleCount, batchSize)].map(({ start, count }) =>
      indices.subarray(start, start + count),
    );
    const predictions = Tensor.zeros([sampleCount, ...this.outputShape], this.dtype);
    return { samples, batches, predictions };
  }

  /** Predicts a batch of consecutive samples. */
  #predict(samples: SampleSource, batch: Uint32Array, predictions: Tensor): void {
    const output = this.#prediction(samples, batch.length).run(samples, batch);
    predictions.rows(batch[0]!, batch.length).data.set(output.data);
  }

  #prediction(samples: SampleSource, count: number): RecordedPass<Tensor> {
    return this.#predictions.get(`${count} ${inputKind(samples)}`, () => {
      const input = new BatchInput(this.workspace, samples, this.inputShape, count);
      return new RecordedPass(this.kernels, input, (batch) => this.forward(batch, false));
    });
  }

  /** The JSON that recreates this network, without weights. */
  config(): NetworkConfig {
    return networkConfig(this.name, this.graph);
  }
}
