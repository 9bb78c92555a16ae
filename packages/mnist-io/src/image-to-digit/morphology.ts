/**
 * Grey-scale closing and opening by a square: the dark, or light, details of a picture that are
 * narrower than the square go, and edges of all that is wider stay where they are (J. Serra, "Image
 * Analysis and Mathematical Morphology", 1982).
 *
 *     closing = erosion of dilation        opening = dilation of erosion
 *
 * Running maxima cost three comparisons a pixel for squares of any size (M. van Herk, "A Fast
 * Algorithm for Local Minimum and Maximum Filters on Rectangular and Octagonal Kernels", 1992).
 * Beyond its border the picture goes on as it ends.
 */
import type { Plane } from './plane.ts';

/** Closes dark details narrower than `size` pixels, or opens light ones. */
export function withoutDetails(plane: Plane, size: number, details: 'dark' | 'light'): Plane {
  const reach = Math.max(1, size >> 1);
  const sign = details === 'dark' ? 1 : -1;
  const padded = pad(plane, 2 * reach, sign);
  runningMaxima(padded, reach);
  for (let i = 0; i < padded.values.length; i++) padded.values[i]! *= -1;
  runningMaxima(padded, reach);
  return crop(padded, plane, 2 * reach, -sign);
}

/** The plane times `sign`, with its outermost pixels repeated to each side. */
function pad({ width, height, values }: Plane, by: number, sign: 1 | -1): Plane {
  const padded = {
    width: width + 2 * by,
    height: height + 2 * by,
    values: new Float32Array((width + 2 * by) * (height + 2 * by)),
  };
  for (let row = 0, position = 0; row < padded.height; row++) {
    const line = Math.min(Math.max(row - by, 0), height - 1) * width;
    for (let column = 0; column < padded.width; column++, position++) {
      const source = Math.min(Math.max(column - by, 0), width - 1);
      padded.values[position] = sign * values[line + source]!;
    }
  }
  return padded;
}

function crop(padded: Plane, { width, height }: Plane, by: number, sign: number): Plane {
  const values = new Float32Array(width * height);
  for (let row = 0, position = 0; row < height; row++) {
    const line = (row + by) * padded.width + by;
    for (let column = 0; column < width; column++, position++) {
      values[position] = sign * padded.values[line + column]!;
    }
  }
  return { width, height, values };
}

/** Each pixel becomes the largest of the square of 2 reach + 1 pixels around it. */
function runningMaxima({ width, height, values }: Plane, reach: number): void {
  const line = new LineMaxima(Math.max(width, height), reach);
  for (let row = 0; row < height; row++) line.replace(values, row * width, 1, width);
  for (let column = 0; column < width; column++) line.replace(values, column, width, height);
}

/** Running maxima of lines: of blocks of one window's length, from their starts and their ends. */
class LineMaxima {
  readonly #reach: number;
  readonly #fromStart: Float32Array;
  readonly #fromEnd: Float32Array;

  constructor(longest: number, reach: number) {
    this.#reach = reach;
    this.#fromStart = new Float32Array(longest);
    this.#fromEnd = new Float32Array(longest);
  }

  /** Replaces the `length` values at `start`, `start + step`, … */
  replace(values: Float32Array, start: number, step: number, length: number): void {
    const [fromStart, fromEnd, reach] = [this.#fromStart, this.#fromEnd, this.#reach];
    const window = 2 * reach + 1;
    for (let i = 0; i < length; i++) {
      const value = values[start + i * step]!;
      fromStart[i] = i % window === 0 ? value : Math.max(fromStart[i - 1]!, value);
    }
    for (let i = length - 1; i >= 0; i--) {
      const value = values[start + i * step]!;
      const isEnd = i === length - 1 || (i + 1) % window === 0;
      fromEnd[i] = isEnd ? value : Math.max(fromEnd[i + 1]!, value);
    }
    for (let i = 0; i < length; i++) {
      const last = fromStart[Math.min(i + reach, length - 1)]!;
      values[start + i * step] = i < reach ? last : Math.max(last, fromEnd[i - reach]!);
    }
  }
}
