/**
 * Layer normalisation (Ba et al. 2016): each row along the last axis is brought to mean 0 and
 * variance 1, then every position is scaled and shifted by trained numbers.
 *
 *     output = γ · (input − mean) / √(variance + ε) + β          input, output [N, …, C]
 *
 *     γ, β [C]; mean, variance [N, …, 1], over the C numbers of a row
 *
 * Nothing depends on other samples, and training computes as inference does. Semantics and
 * defaults are those of Keras' LayerNormalization with axis −1.
 *
 * Backward, with x̂ for the normalised input, g = dOutput · γ and means over the row:
 *
 *     dβ = Σ dOutput     dγ = Σ dOutput · x̂     dInput = (g − mean(g) − x̂ · mean(g · x̂)) / √(variance + ε)
 */
import { math, perChannel, perRow, type Expression, type Tensor } from '@convnet/tensor';
import type { InitializerName } from '../initializers.ts';
import { Layer } from './layer.ts';
import type { Signal } from './signal.ts';
import type { Parameter } from './layer-tensors.ts';
import { booleanOption, numberOption } from './options.ts';

const { add, divide, multiply, operand, sqrt, square, subtract } = math;

/** Options of {@link layerNormalization}. */
export interface LayerNormalizationOptions {
  /** Added to the variance, against division by zero; at least 0, default 0.001. */
  readonly epsilon?: number;
  /** Add a trained β to every position; default true. */
  readonly center?: boolean;
  /** Multiply every position by a trained γ; default true. */
  readonly scale?: boolean;
  readonly name?: string;
}

/** The layer that {@link layerNormalization} makes. */
export class LayerNormalization extends Layer {
  override readonly type = 'layerNormalization';
  override readonly namePrefix = 'ln';
  readonly #options: Required<Omit<LayerNormalizationOptions, 'name'>>;
  #gamma: Parameter | undefined;
  #beta: Parameter | undefined;
  #input!: Tensor;

  constructor(options: LayerNormalizationOptions) {
    super(options.name);
    const where = 'layerNormalization';
    this.#options = {
      epsilon: numberOption(options.epsilon ?? 1e-3, { least: 0 }, `${where} epsilon`),
      center: booleanOption(options.center ?? true, `${where} center`),
      scale: booleanOption(options.scale ?? true, `${where} scale`),
    };
  }

  protected override connect([input]: readonly [Signal]): Signal {
    const request = (name: string, initializer: InitializerName): Parameter =>
      this.addParameter({
        name,
        shape: [input.shape.at(-1)!],
        initializer,
        fanIn: 1,
        fanOut: 1,
      });
    if (this.#options.scale) this.#gamma = request('weight', 'ones');
    if (this.#options.center) this.#beta = request('bias', 'zeros');
    return input;
  }

  /** A tensor of one number for each row of a batch like `input`. */
  #perRow(key: string, input: Tensor): Tensor {
    const [N, ...sample] = input.shape;
    return this.workspace.tensor(key, N!, [...sample.slice(0, -1), 1]);
  }

  override forward([input]: readonly [Tensor]): Tensor {
    const { kernels } = this;
    const { epsilon } = this.#options;
    const [N, ...sample] = input.shape;
    const share = 1 / sample.at(-1)!;
    this.#input = input;
    const [mean, inverse] = [this.#perRow('mean', input), this.#perRow('inverse', input)];
    const [x, y, z] = [operand(0), operand(1), operand(2)];
    kernels.rowSums([multiply(x, share)], [input], [mean]);
    const squares = multiply(square(subtract(x, y)), share);
    kernels.rowSums([squares], [input, perRow(mean)], [inverse]);
    kernels.elementwise([divide(1, sqrt(add(x, epsilon)))], [inverse], [inverse]);
    const parameters = [this.#gamma, this.#beta].flatMap((parameter) =>
      parameter ? [perChannel(parameter.value)] : [],
    );
    let value: Expression = multiply(subtract(x, y), z);
    if (this.#gamma) value = multiply(value, operand(3));
    if (this.#beta) value = add(value, operand(this.#gamma ? 4 : 3));
    const output = this.workspace.tensor('output', N!, sample);
    kernels.elementwise([value], [input, perRow(mean), perRow(inverse), ...parameters], [output]);
    return output;
  }

  override backward(dOutput: Tensor, [needsInputGradient]: readonly [boolean]): readonly [Tensor] {
    const kernels = this.trainingKernels;
    const [N, ...sample] = dOutput.shape;
    const C = sample.at(-1)!;
    const input = this.#input;
    const [mean, inverse] = [this.#perRow('mean', input), this.#perRow('inverse', input)];
    const operands = [dOutput, input, perRow(mean), perRow(inverse)];
    const normalised = multiply(subtract(operand(1), operand(2)), operand(3));
    const sums = this.workspace.tensor('gradientSums', 2, [C]);
    kernels.channelSums([operand(0), multiply(operand(0), normalised)], operands, sums);
    for (const [row, parameter] of [this.#beta, this.#gamma].entries()) {
      if (!parameter) continue;
      const { gradient } = parameter;
      kernels.elementwise(
        [add(operand(0), operand(1))],
        [gradient, sums.rows(row, 1).reshape([C])],
        [gradient],
        { over: 'weights' },
      );
    }
    const dInput = this.workspace.tensor('dInput', N!, sample);
    if (!needsInputGradient) return [dInput];
    const [level, along] = [this.#perRow('level', input), this.#perRow('along', input)];
    const gammas = this.#gamma ? [perChannel(this.#gamma.value)] : [];
    const g = this.#gamma ? multiply(operand(0), operand(4)) : operand(0);
    kernels.rowSums(
      [multiply(g, 1 / C), multiply(multiply(g, normalised), 1 / C)],
      [...operands, ...gammas],
      [level, along],
    );
    const [levelAt, alongAt] = [operand(4 + gammas.length), operand(5 + gammas.length)];
    const centred = subtract(subtract(g, levelAt), multiply(normalised, alongAt));
    kernels.elementwise(
      [multiply(operand(3), centred)],
      [...operands, ...gammas, perRow(level), perRow(along)],
      [dInput],
    );
    return [dInput];
  }

  protected override options(): Record<string, unknown> {
    return { ...this.#options };
  }
}

/**
 * A layer normalisation layer over the last axis.
 *
 * @throws LayerOptionError for impossible options.
 * @example
 * ```ts
 * [dense({ units: 64 }), layerNormalization(), gelu()];
 * ```
 */
export function layerNormalization(options: LayerNormalizationOptions = {}): LayerNormalization {
  return new LayerNormalization(options);
}
