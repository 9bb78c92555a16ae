/**
 * The numbers of each sample under another shape: `[N, …inputShape]` becomes `[N, …targetShape]`, in
 * row-major order. Nothing moves in memory, forward or backward.
 */
import {
  formatShape,
  isListOfSizes,
  OptionError,
  positiveInteger,
  ShapeError,
  shown,
  sizeOf,
  type Shape,
  type Tensor,
} from '@convnet/tensor/inference';
import { Layer } from './layer.ts';
import type { Signal } from './signal.ts';
import { layerOf } from './options.ts';

/** Options of {@link reshape}. */
export interface ReshapeOptions {
  /** Shape of one sample; one of its sizes may be −1, for what the others leave. */
  readonly targetShape: Shape;
  readonly name?: string;
}

/** The layer that {@link reshape} makes. */
export class Reshape extends Layer {
  override readonly type = 'reshape';
  override readonly namePrefix = 'reshape';
  readonly #targetShape: Shape;
  #inputShape!: Shape;

  constructor(options: ReshapeOptions) {
    super(options.name);
    const shape: unknown = options.targetShape;
    if (!isListOfSizes(shape) || shape.length === 0) {
      throw new OptionError(
        `reshape targetShape: expected a list of sizes; received ${shown(shape)}.`,
      );
    }
    const given = shape.filter((length) => length !== -1);
    if (shape.length - given.length > 1) {
      throw new OptionError(
        `reshape targetShape: expected -1 at most once; received ${shown(shape)}.`,
      );
    }
    given.forEach((length) => positiveInteger(length, 'reshape targetShape'));
    this.#targetShape = [...options.targetShape];
  }

  protected override connect([input]: readonly [Signal]): Signal {
    this.#inputShape = input.shape;
    const size = sizeOf(input.shape);
    const given = sizeOf(this.#targetShape.filter((length) => length !== -1));
    const shape = this.#targetShape.map((length) => (length === -1 ? size / given : length));
    if (sizeOf(shape) !== size || size % given !== 0) {
      throw new ShapeError(
        `${this.label}: expected a targetShape of ${size} numbers, as ${formatShape(input.shape)} has; received ${formatShape(this.#targetShape)}.`,
      );
    }
    if (shape.length > 1) return { shape };
    return input.shape.length === 3 ? { shape, flattenedFrom: input.shape } : { ...input, shape };
  }

  override get activationSize(): number {
    return 0;
  }

  override forward([input]: readonly [Tensor]): Tensor {
    return input.reshape([input.shape[0]!, ...this.outputShape]);
  }

  override backward(dOutput: Tensor): readonly [Tensor] {
    return [dOutput.reshape([dOutput.shape[0]!, ...this.#inputShape])];
  }

  protected override options(): Record<string, unknown> {
    return { targetShape: this.#targetShape };
  }
}

/**
 * A layer that gives each sample another shape of as many numbers.
 *
 * @throws OptionError for impossible shapes.
 * @example
 * ```ts
 * reshape({ targetShape: [7, 7, -1] }); // [N, 392] → [N, 7, 7, 8]
 * ```
 */
export function reshape(options: ReshapeOptions): Reshape {
  return layerOf(options, () => new Reshape(options));
}
