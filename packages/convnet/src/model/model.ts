/**
 * A network that can be trained, whatever graph its layers form; and `functional`, which makes one
 * from its input and its output. Names, options and defaults follow Keras' Model and functional API.
 */
import { checkOptions, StateError, type Tensor } from '@convnet/tensor';
import type { Targets } from '../losses/loss.ts';
import { TrainableNetwork, type TrainableOptions } from '../network/trainable-network.ts';
import { traceGraph, type SingleTensor } from '../network/trace-graph.ts';
import type { PredictAsyncOptions } from '../network/inference-model.ts';
import type { Samples } from '../samples/samples.ts';
import { isStream, type Stream } from '../samples/stream.ts';
import { CompiledNetwork, type CompileOptions } from '../training/compile.ts';
import {
  evaluate,
  evaluateBatches,
  type BatchEvaluateOptions,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationWithMatrix,
} from '../training/evaluate.ts';
import { fit, fitBatches, type BatchFitOptions, type FitOptions } from '../training/fit.ts';
import type { History } from '../training/history.ts';
import { areBatches, type BatchStream } from '../training/labelled-batch.ts';
import { labelledSamples } from '../training/labelled-samples.ts';
import { weighted, type WeightOptions } from '../training/sample-weights.ts';
import { predictStream } from '../training/predict-stream.ts';
import { trainOnBatch } from '../training/train-on-batch.ts';

/** Options of {@link functional}. */
export interface FunctionalOptions extends TrainableOptions {
  /** The network's input, from `layers.input()`. */
  readonly inputs: SingleTensor;
  /** The output of the last layer. */
  readonly outputs: SingleTensor;
}

/** A network that can be trained; made by {@link functional} and `sequential`. */
export class Model extends TrainableNetwork {
  #compiled: CompiledNetwork | undefined;
  /** While `fit` goes on, nobody else may train or compile. */
  #isTraining = false;

  /** Optimizer, loss and metrics. @throws StateError before they are chosen. */
  get compiled(): CompiledNetwork {
    if (!this.#compiled) {
      throw new StateError(
        `${this.name} is not compiled. Call model.compile({ optimizer, loss }) first.`,
      );
    }
    return this.#compiled;
  }

  /**
   * Chooses how the network is trained and judged.
   *
   * @throws OptionError if the loss does not fit the network's last layer; StateError during `fit`.
   * @example
   * ```ts
   * model.compile({
   *   optimizer: adam(),
   *   loss: 'sparseCategoricalCrossentropy',
   *   metrics: ['accuracy'],
   * });
   * ```
   */
  compile(options: CompileOptions): void {
    this.#checkIdle('compile');
    checkOptions(options, 'optimizer loss metrics', 'compile');
    const compiled = new CompiledNetwork(this, options);
    this.#compiled?.release();
    this.#compiled = compiled;
  }

  /** @throws StateError during `fit`. */
  override dispose(): void {
    this.#checkIdle('dispose');
    if (!this.isDisposed) this.#compiled?.release();
    super.dispose();
  }

  #checkIdle(call: string): void {
    if (!this.#isTraining) return;
    throw new StateError(
      `${call}: expected no training of ${this.name}; fit() goes on. Await it first.`,
    );
  }

  /**
   * Trains on the batches of a stream, which bring their targets: each makes one step.
   *
   * @throws as for samples; OptionError for an epoch without batches, such as the second one of a generator: pass the
   * function that makes it. What the stream throws, after the batches before.
   * @example
   * ```ts
   * await model.fit(
   *   function* () {
   *     for (const { inputs, labels, count } of train.batch(32)) {
   *       yield { x: new Tensor(inputs, [count, 28, 28, 1]), y: labels };
   *     }
   *   },
   *   { epochs: 5 },
   * );
   * ```
   */
  fit(batches: BatchStream, options?: BatchFitOptions): Promise<History>;
  /**
   * Trains on samples `x` and targets `y`.
   *
   * @throws OptionError, TargetError or ShapeError for arguments that do not fit, before
   * anything is changed; StateError if another `fit` of this model goes on; the signal's reason if
   * `options.signal` aborts.
   * @example
   * ```ts
   * await model.fit(train.images, train.labels, { epochs: 5, batchSize: 32 });
   * ```
   */
  fit(x: Samples, y: Targets, options?: FitOptions): Promise<History>;
  async fit(
    x: Samples | BatchStream,
    y?: Targets | BatchFitOptions,
    options: FitOptions = {},
  ): Promise<History> {
    this.#checkIdle('fit');
    this.#isTraining = true;
    try {
      if (areBatches(x, y)) return await fitBatches(this.compiled, x, (y ?? {}) as BatchFitOptions);
      return await fit(this.compiled, x, y as Targets, options);
    } finally {
      this.#isTraining = false;
    }
  }

  /**
   * Makes one step on the samples `x`, as one batch, for training loops of your own.
   *
   * @returns the mean loss and the metrics of the batch, before the step. If the loss is not a finite
   * number, the step is not made.
   * @throws as {@link Model.fit} does.
   * @example
   * ```ts
   * const { loss } = model.trainOnBatch(images, labels);
   * ```
   */
  trainOnBatch(x: Samples, y: Targets, options: WeightOptions = {}): Evaluation {
    return trainOnBatch(this.compiled, x, y, options);
  }

  /**
   * Mean loss and metrics on the batches of a stream, which bring their targets. A function is given
   * epoch 0.
   *
   * @throws as {@link Model.fit} does.
   */
  evaluate(
    batches: BatchStream,
    options: BatchEvaluateOptions & { readonly confusionMatrix: true },
  ): Promise<EvaluationWithMatrix>;
  evaluate(
    batches: BatchStream,
    options?: BatchEvaluateOptions & { readonly confusionMatrix?: false },
  ): Promise<Evaluation>;
  /**
   * Mean loss and metrics on samples `x` and targets `y`; with the option `confusionMatrix` also how
   * often each class was taken for each other one.
   *
   * @throws as {@link Model.fit} does.
   * @example
   * ```ts
   * const { loss } = await model.evaluate(test.images, test.labels);
   * const { confusionMatrix } = await model.evaluate(test.images, test.labels, { confusionMatrix: true });
   * ```
   */
  evaluate(
    x: Samples,
    y: Targets,
    options: EvaluateOptions & { readonly confusionMatrix: true },
  ): Promise<EvaluationWithMatrix>;
  evaluate(
    x: Samples,
    y: Targets,
    options?: EvaluateOptions & { readonly confusionMatrix?: false },
  ): Promise<Evaluation>;
  async evaluate(
    x: Samples | BatchStream,
    y?: Targets | BatchEvaluateOptions,
    options: EvaluateOptions = {},
  ): Promise<Evaluation | EvaluationWithMatrix> {
    const { compiled } = this;
    if (areBatches(x, y)) {
      const chosen = (y ?? {}) as BatchEvaluateOptions;
      checkOptions(chosen, 'steps signal confusionMatrix', 'evaluate');
      return (await evaluateBatches(compiled, x, chosen)).answer;
    }
    checkOptions(options, 'batchSize signal confusionMatrix sampleWeight', 'evaluate');
    const data = labelledSamples(compiled, x, y as Targets, 'evaluate');
    return (await evaluate(compiled, weighted(data, options, 'evaluate'), options)).answer;
  }

  /**
   * As for samples, of what a stream gives: tensors `[N, …inputShape]` or sources, one after the other. The
   * next is asked for while one is computed; the outputs of all are given together.
   *
   * @throws OptionError if nothing comes; else as for samples, and what the stream throws.
   */
  override predictAsync(
    x: Samples | Stream<Samples>,
    options: PredictAsyncOptions = {},
  ): Promise<Tensor> {
    if (!isStream(x)) return super.predictAsync(x as Samples, options);
    return predictStream(x, options, (samples, own) => super.predictAsync(samples, own));
  }
}

/**
 * A network whose layers form a graph without cycles: branches that begin at one tensor, and layers
 * such as `layers.add` that join them.
 *
 * @throws OptionError unless there is one input and one output that depends on it alone, or if
 * two layers have one name.
 * @throws ShapeError if a layer cannot take what it is applied to.
 * @example
 * ```ts
 * const x = layers.input({ shape: [28, 28, 1] });
 * const y = relu().apply(conv2d({ filters: 8, kernelSize: 3, padding: 'same' }).apply(x));
 * const z = conv2d({ filters: 8, kernelSize: 3, padding: 'same' }).apply(y);
 * const flat = flatten().apply(relu().apply(layers.add().apply([y, z])));
 * const outputs = softmax().apply(dense({ units: 10 }).apply(flat));
 * const model = functional({ inputs: x, outputs });
 * ```
 */
export function functional(options: FunctionalOptions): Model {
  checkOptions(options, 'inputs outputs name seed dtype kernels', 'functional');
  const { inputs, outputs, name = 'model', ...others } = options;
  return new Model({ ...others, name, graph: traceGraph(inputs, outputs) });
}
