/**
 * Zeros around images.
 *
 *     output[n, h + top, w + left, c] = input[n,h,w,c], 0 elsewhere
 *
 *     input [N, H, W, C]   output [N, top + H + bottom, left + W + right, C]
 *
 * Backward: the gradient of what lies inside. Semantics and defaults are those of Keras'
 * ZeroPadding2D.
 */
import { OptionError, shown, type Tensor } from '@convnet/tensor/inference';
import { Layer } from './layer.ts';
import type { Signal } from './signal.ts';
import { imageInput, LARGEST, layerOf } from './options.ts';

/** One number for all sides, `[rows, columns]`, or `[[top, bottom], [left, right]]`. */
export type ImagePadding =
  | number
  | readonly [number, number]
  | readonly [readonly [number, number], readonly [number, number]];

/** Options of {@link zeroPadding2d}. */
export interface ZeroPadding2dOptions {
  /** Rows and columns of zeros, whole numbers from 0 to 2²⁴; default 1. */
  readonly padding?: ImagePadding;
  readonly name?: string;
}

type Sides = readonly [readonly [number, number], readonly [number, number]];

const isPair = (value: unknown): value is readonly [unknown, unknown] =>
  Array.isArray(value) && value.length === 2;

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LARGEST;

/** @throws OptionError unless `padding` is an {@link ImagePadding}. */
function sidesOf(padding: unknown): Sides {
  const [rows, columns] = isPair(padding) ? padding : [padding, padding];
  const [vertical, horizontal] = [rows, columns].map((axis) =>
    isPair(axis) ? axis : [axis, axis],
  );
  const [top, bottom, left, right] = [...vertical!, ...horizontal!];
  if (isCount(top) && isCount(bottom) && isCount(left) && isCount(right)) {
    return [
      [top, bottom],
      [left, right],
    ];
  }
  throw new OptionError(
    `zeroPadding2d padding: expected a whole number from 0 to ${LARGEST}, [rows, columns] or [[top, bottom], [left, right]]; received ${shown(padding)}.`,
  );
}

/** The layer that {@link zeroPadding2d} makes. */
export class ZeroPadding2d extends Layer {
  override readonly type = 'zeroPadding2d';
  override readonly namePrefix = 'padding';
  readonly #sides: Sides;
  #inputShape!: readonly [number, number, number];

  constructor(options: ZeroPadding2dOptions) {
    super(options.name);
    this.#sides = sidesOf(options.padding ?? 1);
  }

  get #offset(): { readonly top: number; readonly left: number } {
    return { top: this.#sides[0][0], left: this.#sides[1][0] };
  }

  protected override connect([input]: readonly [Signal]): Signal {
    const [H, W, C] = (this.#inputShape = imageInput(input, this.label));
    const [[top, bottom], [left, right]] = this.#sides;
    return { shape: [top + H + bottom, left + W + right, C] };
  }

  override forward([input]: readonly [Tensor]): Tensor {
    const output = this.workspace.tensor('output', input.shape[0]!, this.outputShape);
    this.kernels.pad2d(input, output, this.#offset);
    return output;
  }

  override backward(dOutput: Tensor): readonly [Tensor] {
    const dInput = this.workspace.tensor('dInput', dOutput.shape[0]!, this.#inputShape);
    this.trainingKernels.crop2d(dOutput, dInput, this.#offset);
    return [dInput];
  }

  protected override options(): Record<string, unknown> {
    return { padding: this.#sides };
  }
}

/**
 * A layer that puts zeros around images.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * zeroPadding2d({ padding: 2 }); // [N, 28, 28, 1] → [N, 32, 32, 1]
 * zeroPadding2d({ padding: [[0, 1], [0, 1]] }); // [N, 28, 28, 1] → [N, 29, 29, 1]
 * ```
 */
export function zeroPadding2d(options: ZeroPadding2dOptions = {}): ZeroPadding2d {
  return layerOf(options, () => new ZeroPadding2d(options));
}
