/**
 * Lays the channels of several inputs side by side:
 *
 *     inputs [N, H, W, C₁], [N, H, W, C₂], …  →  output [N, H, W, C₁ + C₂ + …]
 *
 * or, of vectors, the units. Backward: the gradient is cut into the same parts. Semantics are those
 * of Keras' Concatenate for the last axis, where channels-last data has its features.
 *
 * Of flattened images no layout is kept: in PyTorch, flattening orders the channels otherwise, so a
 * network that is to be loaded there concatenates first and flattens then.
 */
import {
  formatShape,
  integerOption,
  OptionError,
  sameShape,
  ShapeError,
  type Shape,
  type Tensor,
} from '@convnet/tensor/inference';
import type { Signal } from './signal.ts';
import { MergeLayer } from './merge-layer.ts';
import { checkSeveral } from './merged-inputs.ts';
import { layerOf } from './options.ts';

/** Options of {@link concatenate}. */
export interface ConcatenateOptions {
  /** The last axis, −1, which is the default; or its number, counted with the axis of samples. */
  readonly axis?: number;
  readonly name?: string;
}

/** The layer that {@link concatenate} makes. */
export class Concatenate extends MergeLayer {
  override readonly type = 'concatenate';
  override readonly namePrefix = 'concatenate';
  readonly #axis: number;
  /** Shape of one sample of each input. */
  #shapes!: readonly Shape[];

  constructor(options: ConcatenateOptions) {
    super(options.name);
    this.#axis = integerOption(options.axis ?? -1, {}, 'concatenate axis');
  }

  protected override connect(inputs: readonly Signal[]): Signal {
    checkSeveral(inputs, this.label);
    this.#shapes = inputs.map(({ shape }) => shape);
    const first = this.#shapes[0]!;
    const rest = first.slice(0, -1);
    if (this.#axis !== -1 && this.#axis !== first.length) {
      throw new OptionError(
        `${this.label} axis: expected -1, the last axis, which holds channels or units; received ${this.#axis}.`,
      );
    }
    const other = this.#shapes.find(
      (shape) => shape.length !== first.length || !sameShape(shape.slice(0, -1), rest),
    );
    if (other) {
      throw new ShapeError(
        `${this.label}: expected inputs ${formatShape(['N', ...rest, 'any'])}; received ${formatShape(['N', ...other])}. All but the last axis must agree.`,
      );
    }
    return { shape: [...rest, this.#shapes.reduce((sum, shape) => sum + shape.at(-1)!, 0)] };
  }

  override forward(inputs: readonly Tensor[]): Tensor {
    const output = this.workspace.tensor('output', inputs[0]!.shape[0]!, this.outputShape);
    this.kernels.concatenate(inputs, output);
    return output;
  }

  override backward(dOutput: Tensor): readonly Tensor[] {
    const N = dOutput.shape[0]!;
    const dInputs = this.#shapes.map((shape, i) => this.workspace.tensor(`dInput ${i}`, N, shape));
    this.trainingKernels.split(dOutput, dInputs);
    return dInputs;
  }

  protected override options(): Record<string, unknown> {
    return { axis: this.#axis };
  }
}

/**
 * A layer that lays the channels of its inputs side by side; other axes must agree.
 *
 * @throws OptionError unless `axis` is a whole number.
 * @example
 * ```ts
 * const y = concatenate().apply([a, b]); // [N, 7, 7, 8], [N, 7, 7, 4] → [N, 7, 7, 12]
 * ```
 */
export function concatenate(options: ConcatenateOptions = {}): Concatenate {
  return layerOf(options, () => new Concatenate(options));
}
