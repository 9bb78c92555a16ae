/** Checks of the options and inputs that layers share; each message names the layer. */
import {
  checkOptionNames,
  choiceOption,
  formatShape,
  objectOption,
  integerOption,
  OptionError,
  positiveInteger,
  ShapeError,
  shown,
  type Padding,
  type Shape,
} from '@convnet/tensor/inference';
import type { Layer } from './layer.ts';
import type { Signal } from './signal.ts';

/**
 * Checks that a layer has all of these options. Those that it has are those of its configuration, by
 * which files hold it; a list of names would be one more place to forget.
 * @throws OptionError that names the nearest one.
 */
export function checkOptionsOf(layer: Layer, options: object, where: string): void {
  const names = Object.keys(layer.config()).filter((name) => name !== 'type');
  checkOptionNames(options, names, where);
}

/** The layer that `make` makes of these options. @throws OptionError if one of them is not its. */
export function layerOf<L extends Layer>(options: object, make: () => L): L {
  objectOption(options, 'layer');
  const layer = make();
  checkOptionsOf(layer, options, layer.type);
  return layer;
}

/** Largest size in an option. Larger ones are mistakes, or made to exhaust memory. */
export const LARGEST = 2 ** 24;

/**
 * A whole number from 1 to 2²⁴, for sizes: of a window, of filters, of units.
 * @throws OptionError for anything else.
 */
export const sizeOption = (value: unknown, where: string): number =>
  integerOption(positiveInteger(value, where), { most: LARGEST }, where);

/** One number for both directions, or `[height, width]`. */
export type Pair = number | readonly [number, number];

/** Both directions of a {@link Pair} of sizes. */
export function positivePair(value: unknown, where: string): [number, number] {
  const pair: unknown[] = Array.isArray(value) ? value : [value, value];
  if (pair.length !== 2) {
    throw new OptionError(
      `${where}: expected one number or [height, width]; received ${shown(value)}.`,
    );
  }
  return [sizeOption(pair[0], where), sizeOption(pair[1], where)];
}

/** `valid` or `same`. */
export const paddingOption = (value: unknown, where: string): Padding =>
  choiceOption(value, ['valid', 'same'], where);

/**
 * The input as `[H, W, C]`.
 * @throws ShapeError for any other number of axes.
 */
export function imageInput(input: Signal, label: string): readonly [number, number, number] {
  const [height, width, channels] = input.shape;
  if (input.shape.length !== 3) {
    throw new ShapeError(
      `${label}: expected input [N, H, W, C]; received ${formatShape(['N', ...input.shape])}. ` +
        'Give the model an inputShape of [height, width, channels].',
    );
  }
  return [height!, width!, channels!];
}

/**
 * The input as `[units]`.
 * @throws ShapeError for any other number of axes.
 */
export function flatInput(shape: Shape, label: string): number {
  if (shape.length !== 1) {
    throw new ShapeError(
      `${label}: expected input [N, units]; received ${formatShape(['N', ...shape])}. Put flatten() before it.`,
    );
  }
  return shape[0]!;
}
