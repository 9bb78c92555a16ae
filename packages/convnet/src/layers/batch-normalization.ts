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
    const [sum, mean, inverse, factor] = [
      this.#numbers('sums'),
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
      (of) => ({ sum: square(of.x.minus(of.mean)) }),
      { sum },
    );
    const following = (running: Expression, batch: Expression): Expression =>
      running.times(momentum).plus(batch.times(1 - momentum));
    kernels.elementwise(
      { squares: sum, mean, runningMean, runningVariance, gamma: this.#gamma?.value },
      ({ squares, mean, runningMean, runningVariance, gamma }) => {
        const variance = squares.times(1 / M);
        const inverse = divide(1, sqrt(variance.plus(epsilon)));
        return {
          inverse,
          factor: gamma ? gamma.times(inverse) : inverse,
          runningMean: following(runningMean, mean),
          runningVariance: following(runningVariance, variance),
        };
      },
      { inverse, factor, runningMean, runningVariance },
      overWeights,
    );
    // The difference first, which keeps small deviations from a large mean exact.
    kernels.elementwise(
      {
        x: input,
        mean: perChannel(mean),
        factor: perChannel(factor),
        beta: this.#beta && perChannel(this.#beta.value),
      },
      ({ x, mean, factor, beta }) => {
        const scaled = x.minus(mean).times(factor);
        return { output: beta ? scaled.plus(beta) : scaled };
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
    const input = this.#input;
    const perPlace = this.#channels / dOutput.size;
    const [mean, inverse, factor] = [
      this.#numbers('mean'),
      this.#numbers('inverse'),
      this.#numbers('factor'),
    ];
    const [dBeta, dGamma] = this.workspace.rows('gradientSums', 2, this.#channels);
    kernels.channelSums(
      { d: dOutput, x: input, mean: perChannel(mean), inverse: perChannel(inverse) },
      ({ d, x, mean, inverse }) => ({
        dBeta: d,
        dGamma: d.times(x.minus(mean).times(inverse)),
      }),
      { dBeta: dBeta!, dGamma: dGamma! },
    );
    addToGradient(this.#beta, dBeta!, kernels);
    addToGradient(this.#gamma, dGamma!, kernels);
    if (!needsInputGradient) return [dInput];
    // dInput = dOutput · factor − (x − mean) · along − level, with x̂ = (x − mean) · inverse
    const [along, level] = [this.#numbers('along'), this.#numbers('level')];
    kernels.elementwise(
      { dBeta: dBeta!, dGamma: dGamma!, inverse, factor },
      ({ dBeta, dGamma, inverse, factor }) => {
        const share = factor.times(perPlace);
        return { along: share.times(inverse).times(dGamma), level: share.times(dBeta) };
      },
      { along, level },
      overWeights,
    );
    kernels.elementwise(
      {
        d: dOutput,
        x: input,
        mean: perChannel(mean),
        factor: perChannel(factor),
        along: perChannel(along),
        level: perChannel(level),
      },
      ({ d, x, mean, factor, along, level }) => ({
        dInput: d.times(factor).minus(x.minus(mean).times(along)).minus(level),
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
