/** Checks of the options and inputs that layers share; each message names the layer. */
import {
  choiceOption,
  formatShape,
  OptionError,
  positiveInteger,
  ShapeError,
  shown,
  type Padding,
  type Shape,
} from '@convnet/tensor';
import type { Signal } from './signal.ts';

/** One number for both directions, or `[height, width]`. */
export type Pair = number | readonly [number, number];

/** Both directions of a {@link Pair} of whole numbers of at least 1. */
export function positivePair(value: unknown, where: string): [number, number] {
  const pair: unknown[] = Array.isArray(value) ? value : [value, value];
  if (pair.length !== 2) {
    throw new OptionError(
      `${where}: expected one number or [height, width]; received ${shown(value)}.`,
    );
  }
  return [positiveInteger(pair[0], where), positiveInteger(pair[1], where)];
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
