/**
 * Batch normalisation (Ioffe and Szegedy 2015): each channel is brought to mean 0 and variance 1
 * over the batch, then scaled and shifted by trained numbers.
 *
 *     output = γ · (input − mean) / √(variance + ε) + β          input, output [N, …, C]
 *
 *     γ, β, mean, variance [C]; mean and variance over all N · … places of a channel
 *
 * Training uses the statistics of the batch, with the variance divided by the number of places,
 * and follows them by running ones: `running ← momentum · running + (1 − momentum) · batch`.
 * Inference uses the running ones, as one multiplication and addition: a sample's output does not
 * depend on the others; a layer that is not trainable computes this way in training, too. Semantics and defaults are those of Keras' BatchNormalization; names in
 * files those of PyTorch, whose momentum is 1 − ours.
 *
 * A mean far from 0 is rounded more coarsely than the deviations from it may be: the mean of the
 * deviations, `rest`, is what rounding took from it.
 *
 * Backward, with x̂ for the normalised input, M places, and sums over them:
 *
 *     dβ = Σ dOutput     dγ = Σ dOutput · x̂     dInput = γ / √(variance + ε) · (dOutput − dβ / M − x̂ · dγ / M)
 */
import {
  booleanOption,
  math,
  numberOption,
  perChannel,
  type Expression,
  type Tensor,
} from '@convnet/tensor';
import { Layer } from './layer.ts';
import { correctedVariance, deviation } from './corrected-variance.ts';
import { addToGradient, type Parameter, type StoredTensor } from './layer-tensors.ts';
import type { Signal } from './signal.ts';
import { layerOf } from './options.ts';

const { divide, sqrt, square, subtract } = math;
const overWeights = { over: 'weights' } as const;

/** Options of {@link batchNormalization}. */
export interface BatchNormalizationOptions {
  /** Share of the running statistics that a batch leaves as it was, 0 ≤ momentum < 1; default 0.99. */
  readonly momentum?: number;
  /** Added to the variance, against division by zero; at least 0, default 0.001. */
  readonly epsilon?: number;
  /** Add a trained β to every channel; default true. */
  readonly center?: boolean;
  /** Multiply every channel by a trained γ; default true. */
  readonly scale?: boolean;
  readonly name?: string;
}

/** The layer that {@link batchNormalization} makes. */
export class BatchNormalization extends Layer {
  override readonly type = 'batchNormalization';
  override readonly namePrefix = 'bn';
  override readonly usesWholeBatch = true;
  readonly #options: Required<Omit<BatchNormalizationOptions, 'name'>>;
  #channels!: number;
  #gamma: Parameter | undefined;
  #beta: Parameter | undefined;
  #runningMean!: StoredTensor;
  #runningVariance!: StoredTensor;
  #input!: Tensor;

  constructor(options: BatchNormalizationOptions) {
    super(options.name);
    const where = 'batchNormalization';
    this.#options = {
      momentum: numberOption(options.momentum ?? 0.99, { least: 0, below: 1 }, `${where} momentum`),
      epsilon: numberOption(options.epsilon ?? 1e-3, { least: 0 }, `${where} epsilon`),
      center: booleanOption(options.center ?? true, `${where} center`),
      scale: booleanOption(options.scale ?? true, `${where} scale`),
    };
  }

  override forward([input]: readonly [Tensor], training: boolean): Tensor {
    const [N, ...sample] = input.shape;
    const output = this.workspace.tensor('output', N!, sample);
    if (training && this.trainable) this.#normaliseByBatch(input, output);
    else this.#normaliseByRunning(input, output);
    return output;
  }

  #normaliseByBatch(input: Tensor, output: Tensor): void {
    const kernels = this.trainingKernels;
    const { momentum, epsilon } = this.#options;
    const M = input.size / this.#channels;
    const [sum, rest] = this.#sums;
    const [mean, inverse, factor] = [
      this.#numbers('mean'),
      this.#numbers('inverse'),
      this.#numbers('factor'),
    ];
    const [runningMean, runningVariance] = [this.#runningMean.value, this.#runningVariance.value];
    kernels.channelSums({ x: input }, ({ x }) => ({ sum: x }), { sum });
    kernels.elementwise({ sum }, (of) => ({ mean: of.sum.times(1 / M) }), { mean }, overWeights);
    // In two passes, because the mean of squares less the square of the mean cancels.
    kernels.channelSums(
      { x: input, mean: perChannel(mean) },
      (of) => {
        const rest = of.x.minus(of.mean);
        return { sum: square(rest), rest };
      },
      { sum, rest },
    );
    const following = (running: Expression, batch: Expression): Expression =>
      running.times(momentum).plus(batch.times(1 - momentum));
    kernels.elementwise(
      {
        squares: sum,
        mean,
        deviations: rest,
        runningMean,
        runningVariance,
        gamma: this.#gamma?.value,
      },
      ({ squares, mean, deviations, runningMean, runningVariance, gamma }) => {
        const rest = deviations.times(1 / M);
        const variance = correctedVariance(squares.times(1 / M), rest);
        const inverse = divide(1, sqrt(variance.plus(epsilon)));
        return {
          rest,
          inverse,
          factor: gamma ? gamma.times(inverse) : inverse,
          runningMean: following(runningMean, mean.plus(rest)),
          runningVariance: following(runningVariance, variance),
        };
      },
      { rest, inverse, factor, runningMean, runningVariance },
      overWeights,
    );
    // The difference first, which keeps small deviations from a large mean exact.
    kernels.elementwise(
      {
        ...this.#places(input),
        factor: perChannel(factor),
        beta: this.#beta && perChannel(this.#beta.value),
      },
      (of) => {
        const scaled = deviation(of).times(of.factor);
        return { output: of.beta ? scaled.plus(of.beta) : scaled };
      },
      { output },
    );
    this.#input = input;
  }

  #normaliseByRunning(input: Tensor, output: Tensor): void {
    const { epsilon } = this.#options;
    const [factor, shift] = [this.#numbers('runningFactor'), this.#numbers('runningShift')];
    this.kernels.elementwise(
      {
        mean: this.#runningMean.value,
        variance: this.#runningVariance.value,
        gamma: this.#gamma?.value,
        beta: this.#beta?.value,
      },
      ({ mean, variance, gamma, beta }) => {
        const inverse = divide(1, sqrt(variance.plus(epsilon)));
        const factor = gamma ? gamma.times(inverse) : inverse;
        return { factor, shift: subtract(beta ?? 0, mean.times(factor)) };
      },
      { factor, shift },
      overWeights,
    );
    this.kernels.elementwise(
      { x: input, factor: perChannel(factor), shift: perChannel(shift) },
      ({ x, factor, shift }) => ({ output: x.times(factor).plus(shift) }),
      { output },
    );
  }

  override backward(dOutput: Tensor, [needsInputGradient]: readonly [boolean]): readonly [Tensor] {
    const kernels = this.trainingKernels;
    const [N, ...sample] = dOutput.shape;
    const dInput = this.workspace.tensor('dInput', N!, sample);
    if (!this.trainable) {
      // Frozen, it multiplies by a number that no input changes.
      const factor = this.#numbers('runningFactor');
      kernels.elementwise(
        { d: dOutput, factor: perChannel(factor) },
        ({ d, factor }) => ({ dInput: d.times(factor) }),
        { dInput },
      );
      return [dInput];
    }
    const places = this.#places(this.#input);
    const perPlace = this.#channels / dOutput.size;
    const [inverse, factor] = [this.#numbers('inverse'), this.#numbers('factor')];
    const [dBeta, dGamma] = this.workspace.rows('gradientSums', 2, this.#channels);
    kernels.channelSums(
      { ...places, d: dOutput, inverse: perChannel(inverse) },
      (of) => ({ dBeta: of.d, dGamma: of.d.times(deviation(of).times(of.inverse)) }),
      { dBeta: dBeta!, dGamma: dGamma! },
    );
    addToGradient(this.#beta, dBeta!, kernels);
    addToGradient(this.#gamma, dGamma!, kernels);
    if (!needsInputGradient) return [dInput];
    // dInput = (dOutput − level − (x − mean − rest) · along) · factor
    const [along, level] = [this.#numbers('along'), this.#numbers('level')];
    kernels.elementwise(
      { dBeta: dBeta!, dGamma: dGamma!, inverse },
      ({ dBeta, dGamma, inverse }) => ({
        along: dGamma.times(perPlace).times(inverse),
        level: dBeta.times(perPlace),
      }),
      { along, level },
      overWeights,
    );
    kernels.elementwise(
      {
        ...places,
        d: dOutput,
        factor: perChannel(factor),
        along: perChannel(along),
        level: perChannel(level),
      },
      (of) => ({
        dInput: of.d.minus(of.level).minus(deviation(of).times(of.along)).times(of.factor),
      }),
      { dInput },
    );
    return [dInput];
  }

  protected override connect([input]: readonly [Signal]): Signal {
    const shape = [(this.#channels = input.shape.at(-1)!)];
    const fans = { fanIn: 1, fanOut: 1 };
    if (this.#options.scale) {
      this.#gamma = this.addParameter({ name: 'weight', shape, initializer: 'ones', ...fans });
    }
    if (this.#options.center) {
      this.#beta = this.addParameter({ name: 'bias', shape, initializer: 'zeros', ...fans });
    }
    this.#runningMean = this.addState({ name: 'running_mean', shape, initial: 0 });
    this.#runningVariance = this.addState({ name: 'running_var', shape, initial: 1 });
    return input;
  }

  /** A tensor `[C]` that is kept from batch to batch. */
  #numbers(key: string): Tensor {
    return this.workspace.rows(key, 1, this.#channels)[0]!;
  }

  /** Room for the sums of a batch; the second keeps what rounding took from the mean. */
  get #sums(): readonly [Tensor, Tensor] {
    return this.workspace.rows('sums', 2, this.#channels) as [Tensor, Tensor];
  }

  /** Each place beside the statistics of its channel. */
  #places(x: Tensor) {
    return { x, mean: perChannel(this.#numbers('mean')), rest: perChannel(this.#sums[1]) };
  }

  protected override options(): Record<string, unknown> {
    return { ...this.#options };
  }
}

/**
 * A batch normalisation layer over the last axis.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * [conv2d({ filters: 16, kernelSize: 3, useBias: false }), batchNormalization(), relu()];
 * ```
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): BatchNormalization {
  return layerOf(options, () => new BatchNormalization(options));
}
