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
 * A mean far from 0 is rounded more coarsely than the deviations from it may be: the mean of the
 * deviations, `rest`, is what rounding took from it.
 *
 * Backward, with x̂ for the normalised input, g = dOutput · γ and means over the row:
 *
 *     dβ = Σ dOutput     dγ = Σ dOutput · x̂     dInput = (g − mean(g) − x̂ · mean(g · x̂)) / √(variance + ε)
 */
import {
  booleanOption,
  math,
  numberOption,
  perChannel,
  perRow,
  type Expression,
  type RepeatedTensor,
  type Tensor,
} from '@convnet/tensor';
import type { InitializerName } from '../initializer-option.ts';
import { correctedVariance, deviation } from './corrected-variance.ts';
import { Layer } from './layer.ts';
import type { Signal } from './signal.ts';
import { addToGradient, type Parameter } from './layer-tensors.ts';
import { layerOf } from './options.ts';

const { divide, sqrt, square } = math;

/** A row's mean, what rounding took from it, and 1 / √(variance + ε), for each of its places. */
const repeated = ([mean, rest, inverse]: readonly [Tensor, Tensor, Tensor]) => ({
  mean: perRow(mean),
  rest: perRow(rest),
  inverse: perRow(inverse),
});

/** x̂ */
const normalised = (
  of: Readonly<Record<'x' | 'mean' | 'rest' | 'inverse', Expression>>,
): Expression => deviation(of).times(of.inverse);

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

  override forward([input]: readonly [Tensor]): Tensor {
    const { kernels } = this;
    const { epsilon } = this.#options;
    const [N, ...sample] = input.shape;
    const share = 1 / sample.at(-1)!;
    const output = this.workspace.tensor('output', N!, sample);
    const [mean, rest, inverse] = this.#statistics(input);
    kernels.rowSums({ x: input }, ({ x }) => ({ mean: x.times(share) }), { mean });
    kernels.rowSums(
      { x: input, mean: perRow(mean) },
      (of) => {
        const deviation = of.x.minus(of.mean);
        return { squares: square(deviation).times(share), rest: deviation.times(share) };
      },
      { squares: inverse, rest },
    );
    kernels.elementwise(
      { squares: inverse, rest },
      ({ squares, rest }) => ({
        inverse: divide(1, sqrt(correctedVariance(squares, rest).plus(epsilon))),
      }),
      { inverse },
    );
    kernels.elementwise(
      { x: input, ...repeated([mean, rest, inverse]), ...this.#scaleAndShift },
      (of) => {
        const { gamma, beta } = of;
        const scaled = gamma ? normalised(of).times(gamma) : normalised(of);
        return { output: beta ? scaled.plus(beta) : scaled };
      },
      { output },
    );
    this.#input = input;
    return output;
  }

  override backward(dOutput: Tensor, [needsInputGradient]: readonly [boolean]): readonly [Tensor] {
    const kernels = this.trainingKernels;
    const [N, ...sample] = dOutput.shape;
    const C = sample.at(-1)!;
    const input = this.#input;
    const operands = { d: dOutput, x: input, ...repeated(this.#statistics(input)) };
    if (this.trainable) {
      const [dBeta, dGamma] = this.workspace.rows('gradientSums', 2, C);
      kernels.channelSums(operands, (of) => ({ dBeta: of.d, dGamma: of.d.times(normalised(of)) }), {
        dBeta: dBeta!,
        dGamma: dGamma!,
      });
      addToGradient(this.#beta, dBeta!, kernels);
      addToGradient(this.#gamma, dGamma!, kernels);
    }
    const dInput = this.workspace.tensor('dInput', N!, sample);
    if (!needsInputGradient) return [dInput];
    // The means over a row of g = dOutput · γ, and of g · x̂.
    const [level, along] = [this.#ofRows('level', input), this.#ofRows('along', input)];
    const { gamma: scale } = this.#scaleAndShift;
    kernels.rowSums(
      { ...operands, gamma: scale },
      (of) => {
        const g = of.gamma ? of.d.times(of.gamma) : of.d;
        return { level: g.times(1 / C), along: g.times(normalised(of)).times(1 / C) };
      },
      { level, along },
    );
    kernels.elementwise(
      { ...operands, gamma: scale, level: perRow(level), along: perRow(along) },
      (of) => {
        const g = of.gamma ? of.d.times(of.gamma) : of.d;
        return {
          dInput: of.inverse.times(g.minus(of.level).minus(normalised(of).times(of.along))),
        };
      },
      { dInput },
    );
    return [dInput];
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

  /** γ and β, as far as there are any. */
  get #scaleAndShift(): {
    readonly gamma: RepeatedTensor | undefined;
    readonly beta: RepeatedTensor | undefined;
  } {
    return {
      gamma: this.#gamma && perChannel(this.#gamma.value),
      beta: this.#beta && perChannel(this.#beta.value),
    };
  }

  /** Mean, rest and inverse of each row: see {@link repeated}. */
  #statistics(input: Tensor): readonly [Tensor, Tensor, Tensor] {
    return [
      this.#ofRows('mean', input),
      this.#ofRows('rest', input),
      this.#ofRows('inverse', input),
    ];
  }

  /** One number for each row of a batch like `input`, kept from batch to batch. */
  #ofRows(key: string, input: Tensor): Tensor {
    const [N, ...sample] = input.shape;
    return this.workspace.tensor(key, N!, [...sample.slice(0, -1), 1]);
  }

  protected override options(): Record<string, unknown> {
    return { ...this.#options };
  }
}

/**
 * A layer normalisation layer over the last axis.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * [dense({ units: 64 }), layerNormalization(), gelu()];
 * ```
 */
export function layerNormalization(options: LayerNormalizationOptions = {}): LayerNormalization {
  return layerOf(options, () => new LayerNormalization(options));
}
