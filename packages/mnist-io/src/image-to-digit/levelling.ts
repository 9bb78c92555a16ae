/**
 * Takes the background out of a picture, so that uneven light no longer matters: what is left is
 * zero on bare paper, whatever the light.
 *
 * First the light that comes from one side and falls off towards the corners, a smooth surface
 * (`light-surface.ts`). Then, if anything is left, the mean of what surrounds each pixel, ink left
 * out, which follows soft shadows. Windows of any size cost the same by summed areas (F. Crow,
 * "Summed-Area Tables for Texture Mapping", 1984), as in D. Bradley and G. Roth, "Adaptive
 * Thresholding Using the Integral Image", 2007, where the means include the ink.
 */
import { fitLightSurface, surfaceAt, toUnit } from './light-surface.ts';
import { medianOf } from './median.ts';
import type { Plane } from './plane.ts';

/** Side of the window around a pixel, as a part of the longer side. */
const WINDOW = 1 / 8;

/** Local means up to this many of 255 beside the surface are left as they are. */
const LOCAL_TOLERANCE = 3;

/** The noise is estimated from about this many pixels. */
const NOISE_SAMPLES = 4000;

/** The standard deviation of normally distributed numbers, by the median of their sizes. */
export const DEVIATION_PER_MEDIAN = 1.4826;

/** A picture less its background: positive where lighter, negative where darker. */
export interface Levelled extends Plane {
  /** Standard deviation of the background around zero, of 255. */
  readonly noise: number;
}

/** Subtracts the light surface. */
export function subtractSurface(plane: Plane): Levelled {
  const { width, height, values } = plane;
  const { surface, deviation } = fitLightSurface(plane);
  const levelled = new Float32Array(values.length);
  for (let row = 0, position = 0; row < height; row++) {
    const y = toUnit(row, height);
    for (let column = 0; column < width; column++, position++) {
      levelled[position] = values[position]! - surfaceAt(surface, toUnit(column, width), y);
    }
  }
  return { width, height, values: levelled, noise: DEVIATION_PER_MEDIAN * deviation };
}

/**
 * Subtracts the mean of what surrounds each pixel, without pixels beyond `inkLevel` in the
 * direction of the ink. A plane that is level already stays as it is.
 * @param sign - 1 if ink is positive, -1 if it is negative.
 */
export function subtractLocalMeans(plane: Levelled, sign: 1 | -1, inkLevel: number): Levelled {
  const { width, height, values } = plane;
  const means = localMeans(plane, sign, inkLevel);
  if (means.every((mean) => Math.abs(mean) <= LOCAL_TOLERANCE)) return plane;
  const levelled = new Float32Array(values.length);
  const background: number[] = [];
  const step = Math.ceil(values.length / NOISE_SAMPLES);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! - means[i]!;
    levelled[i] = value;
    if (i % step === 0 && sign * values[i]! < inkLevel) background.push(Math.abs(value));
  }
  const noise = DEVIATION_PER_MEDIAN * medianOf(Float64Array.from(background));
  return { width, height, values: levelled, noise };
}

/** The mean of the background in the window around each pixel; 0 where there is hardly any. */
function localMeans(
  { width, height, values }: Plane,
  sign: 1 | -1,
  inkLevel: number,
): Float32Array {
  // Sums and counts of the background above and to the left of each corner between pixels.
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  const counts = new Int32Array(sums.length);
  for (let row = 0, position = 0; row < height; row++) {
    let sum = 0;
    let count = 0;
    for (let column = 0; column < width; column++, position++) {
      const value = values[position]!;
      if (sign * value < inkLevel) {
        sum += value;
        count += 1;
      }
      const corner = (row + 1) * stride + column + 1;
      sums[corner] = sums[corner - stride]! + sum;
      counts[corner] = counts[corner - stride]! + count;
    }
  }
  const means = new Float32Array(values.length);
  const reach = Math.max(1, Math.round((Math.max(width, height) * WINDOW) / 2));
  for (let row = 0, position = 0; row < height; row++) {
    const above = Math.max(0, row - reach) * stride;
    const below = Math.min(height, row + reach + 1) * stride;
    for (let column = 0; column < width; column++, position++) {
      const left = Math.max(0, column - reach);
      const right = Math.min(width, column + reach + 1);
      const count =
        counts[below + right]! -
        counts[below + left]! -
        counts[above + right]! +
        counts[above + left]!;
      if (count < reach) continue;
      const sum =
        sums[below + right]! - sums[below + left]! - sums[above + right]! + sums[above + left]!;
      means[position] = sum / count;
    }
  }
  return means;
}
