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
 * depend on the others. Semantics and defaults are those of Keras' BatchNormalization; names in
 * files those of PyTorch, whose momentum is 1 − ours.
 *
 * Backward, with x̂ for the normalised input, M places, and sums over them:
 *
 *     dβ = Σ dOutput     dγ = Σ dOutput · x̂     dInput = γ / √(variance + ε) · (dOutput − dβ / M − x̂ · dγ / M)
 */
import { math, perChannel, type Operand, type Tensor, type Term } from '@convnet/tensor';
import { Layer } from './layer.ts';
import type { Signal } from './signal.ts';
import type { Parameter, StoredTensor } from './layer-tensors.ts';
import { booleanOption, numberOption } from './options.ts';

const { add, divide, multiply, operand, sqrt, square, subtract } = math;
const weights = { over: 'weights' } as const;

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

  override forward([input]: readonly [Tensor], training: boolean): Tensor {
    const [N, ...sample] = input.shape;
    const output = this.workspace.tensor('output', N!, sample);
    if (training) this.#normaliseByBatch(input, output);
    else this.#normaliseByRunning(input, output);
    return output;
  }

  /** A tensor of one number for each channel. */
  #perChannel(key: string): Tensor {
    return this.workspace.tensor(key, 1, [this.#channels]).reshape([this.#channels]);
  }

  /** γ as an operand, where there is one. */
  get #gammas(): Tensor[] {
    return this.#gamma ? [this.#gamma.value] : [];
  }

  #normaliseByBatch(input: Tensor, output: Tensor): void {
    const kernels = this.trainingKernels;
    const { momentum, epsilon } = this.#options;
    const places = input.size / this.#channels;
    this.#input = input;
    const [x, y, z] = [operand(0), operand(1), operand(2)];
    const sums = this.workspace.tensor('sums', 1, [this.#channels]);
    const ofChannel = sums.reshape([this.#channels]);
    const [mean, inverse, factor] = [
      this.#perChannel('mean'),
      this.#perChannel('inverse'),
      this.#perChannel('factor'),
    ];
    kernels.channelSums([x], [input], sums);
    kernels.elementwise([multiply(x, 1 / places)], [ofChannel], [mean], weights);
    // In two passes, because the mean of squares less the square of the mean cancels.
    kernels.channelSums([square(subtract(x, y))], [input, perChannel(mean)], sums);
    const variance = multiply(x, 1 / places);
    const deviation = divide(1, sqrt(add(variance, epsilon)));
    const following = (running: Term, batch: Term) =>
      add(multiply(running, momentum), multiply(batch, 1 - momentum));
    const running = [this.#runningMean.value, this.#runningVariance.value];
    kernels.elementwise(
      [
        deviation,
        this.#gamma ? multiply(operand(4), deviation) : deviation,
        following(z, y),
        following(operand(3), variance),
      ],
      [ofChannel, mean, ...running, ...this.#gammas],
      [inverse, factor, ...running],
      weights,
    );
    this.#scaleAndShift(input, mean, factor, output);
  }

  /** `output = (input − mean) · factor + β`, which keeps small deviations from a large mean exact. */
  #scaleAndShift(input: Tensor, mean: Tensor, factor: Tensor, output: Tensor): void {
    const scaled = multiply(subtract(operand(0), operand(1)), operand(2));
    const operands: Operand[] = [input, perChannel(mean), perChannel(factor)];
    if (this.#beta) operands.push(perChannel(this.#beta.value));
    const value = this.#beta ? add(scaled, operand(3)) : scaled;
    this.kernels.elementwise([value], operands, [output]);
  }

  #normaliseByRunning(input: Tensor, output: Tensor): void {
    const [factor, shift] = [this.#perChannel('runningFactor'), this.#perChannel('runningShift')];
    const deviation = divide(1, sqrt(add(operand(1), this.#options.epsilon)));
    const scaled = this.#gamma ? multiply(operand(2), deviation) : deviation;
    const shifted = multiply(operand(0), scaled);
    const beta = operand(this.#gamma ? 3 : 2);
    this.kernels.elementwise(
      [scaled, subtract(this.#beta ? beta : 0, shifted)],
      [
        this.#runningMean.value,
        this.#runningVariance.value,
        ...this.#gammas,
        ...(this.#beta ? [this.#beta.value] : []),
      ],
      [factor, shift],
      weights,
    );
    this.kernels.elementwise(
      [add(multiply(operand(0), operand(1)), operand(2))],
      [input, perChannel(factor), perChannel(shift)],
      [output],
    );
  }

  override backward(dOutput: Tensor, [needsInputGradient]: readonly [boolean]): readonly [Tensor] {
    const kernels = this.trainingKernels;
    const [mean, inverse, factor] = [
      this.#perChannel('mean'),
      this.#perChannel('inverse'),
      this.#perChannel('factor'),
    ];
    const sums = this.workspace.tensor('gradientSums', 2, [this.#channels]);
    const normalised = multiply(subtract(operand(1), operand(2)), operand(3));
    kernels.channelSums(
      [operand(0), multiply(operand(0), normalised)],
      [dOutput, this.#input, perChannel(mean), perChannel(inverse)],
      sums,
    );
    const [dBeta, dGamma] = [0, 1].map((row) => sums.rows(row, 1).reshape([this.#channels]));
    for (const [parameter, sum] of [
      [this.#beta, dBeta!],
      [this.#gamma, dGamma!],
    ] as const) {
      if (!parameter) continue;
      const { gradient } = parameter;
      kernels.elementwise([add(operand(0), operand(1))], [gradient, sum], [gradient], weights);
    }
    const [N, ...sample] = dOutput.shape;
    const dInput = this.workspace.tensor('dInput', N!, sample);
    if (!needsInputGradient) return [dInput];
    // dInput = dOutput · factor − (input − mean) · along − level
    const [along, level] = [this.#perChannel('along'), this.#perChannel('level')];
    const share = multiply(operand(3), this.#channels / dOutput.size);
    kernels.elementwise(
      [multiply(multiply(share, operand(2)), operand(1)), multiply(share, operand(0))],
      [dBeta!, dGamma!, inverse, factor],
      [along, level],
      weights,
    );
    const deviation = multiply(subtract(operand(1), operand(2)), operand(4));
    kernels.elementwise(
      [subtract(subtract(multiply(operand(0), operand(3)), deviation), operand(5))],
      [dOutput, this.#input, ...[mean, factor, along, level].map(perChannel)],
      [dInput],
    );
    return [dInput];
  }

  protected override options(): Record<string, unknown> {
    return { ...this.#options };
  }
}

/**
 * A batch normalisation layer over the last axis.
 *
 * @throws LayerOptionError for impossible options.
 * @example
 * ```ts
 * [conv2d({ filters: 16, kernelSize: 3, useBias: false }), batchNormalization(), relu()];
 * ```
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): BatchNormalization {
  return new BatchNormalization(options);
}
