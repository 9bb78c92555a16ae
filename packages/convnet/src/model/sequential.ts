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
  formatShape,
  RandomStreams,
  ShapeError,
  type Kernels,
  type Random,
  type Tensor,
} from '@convnet/tensor';
import type { Layer, Parameter } from '../layers/layer.ts';
import { Softmax } from '../layers/softmax.ts';
import type { Targets } from '../losses/loss.ts';
import { evaluate, type EvaluateOptions, type Evaluation } from '../training/evaluate.ts';
import { fit, type FitOptions, type History } from '../training/fit.ts';
import { labelledSamples } from '../training/labelled-samples.ts';
import type { Samples } from '../samples/samples.ts';
import { compileSettings, type CompiledSettings, type CompileOptions } from './compile.ts';
import { InferenceModel, type BuildOptions, type NetworkOptions } from './inference-model.ts';
import type { Network } from './network.ts';

/** Options of {@link sequential}. */
export interface SequentialOptions extends NetworkOptions {
  /** The arithmetic to compute with; default the fastest that the engine runs, on all its cores. */
  readonly kernels?: Kernels;
}

/** See {@link sequential}; what a {@link Network} has is described there. */
export class Sequential extends InferenceModel implements Network {
  readonly seed: number;
  readonly shuffleRandom: Random;
  readonly #kernels: Kernels;
  #compiled: CompiledSettings | undefined;

  constructor(options: SequentialOptions, build: BuildOptions = {}) {
    const { seed = 0, dtype = 'float32' } = options;
    // float64 is for exactness: only the reference computes it.
    const kernels = options.kernels ?? createKernels(dtype === 'float64' ? 'reference' : 'auto');
    super(options, kernels, build);
    this.seed = seed;
    this.#kernels = kernels;
    this.shuffleRandom = new RandomStreams(seed).stream('shuffle');
  }

  override get kernels(): Kernels {
    return this.#kernels;
  }

  get parameters(): Parameter[] {
    return this.layers.flatMap((layer) => layer.parameters);
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

  forwardToLogits(input: Tensor, training: boolean): Tensor {
    return this.forwardThrough(this.#layersToLogits, input, training);
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
