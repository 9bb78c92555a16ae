/**
 * Thicker or thinner lines: the image is blended with its grey dilation (each pixel the largest of
 * itself and its four neighbours) or erosion (the smallest), J. Serra, "Image Analysis and
 * Mathematical Morphology", 1982:
 *
 *     t ≥ 0: p + t (dilation − p),   t < 0: p + |t| (erosion − p),   t uniform in −thinner … thicker
 *
 * t = 1 makes a line one pixel wider, or narrower, on each of its sides.
 */
import { checkOptions, numberOption } from '@convnet/tensor';
import type { PixelTransform } from './transform.ts';

/** Options of {@link strokeWidth}; both 0 … 1. */
export interface StrokeWidthOptions {
  /** Most that lines get thicker on each side, in pixels; default 0.5. */
  readonly thicker?: number;
  /** Most that lines get thinner on each side, in pixels; default 0.3. */
  readonly thinner?: number;
}

/**
 * Writes with a thicker or a thinner pen.
 *
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * augmented(train.images, [strokeWidth({ thicker: 0.5, thinner: 0.3 })], { seed: 1 });
 * ```
 */
export function strokeWidth(options: StrokeWidthOptions = {}): PixelTransform {
  checkOptions(options, 'thicker thinner', 'strokeWidth');
  const { thicker = 0.5, thinner = 0.3 } = options;
  numberOption(thicker, { least: 0, most: 1 }, 'strokeWidth thicker');
  numberOption(thinner, { least: 0, most: 1 }, 'strokeWidth thinner');
  return {
    kind: 'pixels',
    prepare:
      ({ height, width, channels, pixels, spare }) =>
      (random) => {
        const share = random.uniform(-thinner, thicker);
        spare.set(pixels);
        if (share >= 0) blendWithLargest(spare, [height, width, channels], share, pixels);
        else blendWithSmallest(spare, [height, width, channels], -share, pixels);
      },
  };
}

type ImageShape = readonly [height: number, width: number, channels: number];

/** A place beyond the edge stands for the pixel itself, which is never larger or smaller. */
function blendWithLargest(
  from: Uint8Array,
  [height, width, channels]: ImageShape,
  share: number,
  into: Uint8Array,
): void {
  const rowBytes = width * channels;
  const lastRow = (height - 1) * rowBytes;
  for (let row = 0; row <= lastRow; row += rowBytes) {
    const up = row === 0 ? 0 : rowBytes;
    const down = row === lastRow ? 0 : rowBytes;
    for (let column = 0; column < rowBytes; column++) {
      const at = row + column;
      const own = from[at]!;
      let most = own;
      if (from[at - up]! > most) most = from[at - up]!;
      if (from[at + down]! > most) most = from[at + down]!;
      if (column >= channels && from[at - channels]! > most) most = from[at - channels]!;
      if (column + channels < rowBytes && from[at + channels]! > most) most = from[at + channels]!;
      into[at] = own + share * (most - own) + 0.5;
    }
  }
}

function blendWithSmallest(
  from: Uint8Array,
  [height, width, channels]: ImageShape,
  share: number,
  into: Uint8Array,
): void {
  const rowBytes = width * channels;
  const lastRow = (height - 1) * rowBytes;
  for (let row = 0; row <= lastRow; row += rowBytes) {
    const up = row === 0 ? 0 : rowBytes;
    const down = row === lastRow ? 0 : rowBytes;
    for (let column = 0; column < rowBytes; column++) {
      const at = row + column;
      const own = from[at]!;
      let least = own;
      if (from[at - up]! < least) least = from[at - up]!;
      if (from[at + down]! < least) least = from[at + down]!;
      if (column >= channels && from[at - channels]! < least) least = from[at - channels]!;
      if (column + channels < rowBytes && from[at + channels]! < least)
        least = from[at + channels]!;
      into[at] = own + share * (least - own) + 0.5;
    }
  }
}
