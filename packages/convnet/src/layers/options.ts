/** Checks of the options that layers share, each with a message that names the layer. */
import { ShapeError, formatShape, type Padding, type Shape } from '@convnet/tensor';
import type { Signal } from './signal.ts';

/** One number for both directions, or `[height, width]`. */
export type Pair = number | readonly [number, number];

/** An option, or layers around it, that cannot be. */
export class LayerOptionError extends Error {
  override readonly name = 'LayerOptionError';
}

/** A value as messages show it. */
export function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

/** A whole number of at least 1. */
export function positiveInteger(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  throw new LayerOptionError(
    `${where}: expected a whole number of at least 1; received ${shown(value)}.`,
  );
}

/** Both directions of a {@link Pair} of whole numbers of at least 1. */
export function positivePair(value: unknown, where: string): [number, number] {
  const pair: unknown[] = Array.isArray(value) ? value : [value, value];
  if (pair.length !== 2) {
    throw new LayerOptionError(
      `${where}: expected one number or [height, width]; received ${shown(value)}.`,
    );
  }
  return [positiveInteger(pair[0], where), positiveInteger(pair[1], where)];
}

/** A finite number of at least `least` and, if there is a limit, below `below`. */
export function numberOption(
  value: unknown,
  { least, below = Infinity }: { readonly least: number; readonly below?: number },
  where: string,
): number {
  if (typeof value === 'number' && value >= least && value < below) return value;
  const limit = below === Infinity ? 'that is finite' : `and below ${below}`;
  throw new LayerOptionError(
    `${where}: expected a number of at least ${least} ${limit}; received ${shown(value)}.`,
  );
}

/** `true` or `false`. */
export function booleanOption(value: unknown, where: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new LayerOptionError(`${where}: expected true or false; received ${shown(value)}.`);
}

/** `valid` or `same`. */
export function paddingOption(value: unknown, where: string): Padding {
  if (value === 'valid' || value === 'same') return value;
  throw new LayerOptionError(`${where}: expected 'valid' or 'same'; received ${shown(value)}.`);
}

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
