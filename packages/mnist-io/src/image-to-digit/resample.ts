/**
 * Resizes a grey image, smoothly in both directions. Each axis is done on its own: an output
 * pixel averages exactly the stretch of input that it covers when the image shrinks, and lies on
 * the line between the two nearest input pixels when it grows. At equal size nothing changes.
 */
import type { PixelBox, Plane } from './plane.ts';

/** The weights of one output position for `first`, `first + 1`, …; they add up to 1. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

function tapsOf(inputSize: number, outputSize: number): Taps[] {
  const step = inputSize / outputSize;
  return Array.from({ length: outputSize }, (_, output) =>
    step >= 1
      ? coveringTaps(output * step, Math.min((output + 1) * step, inputSize))
      : nearestTwoTaps((output + 0.5) * step - 0.5, inputSize),
  );
}

function coveringTaps(start: number, end: number): Taps {
  const first = Math.floor(start);
  const weights = new Float64Array(Math.ceil(end) - first);
  for (let tap = 0; tap < weights.length; tap++) {
    const covered = Math.min(end, first + tap + 1) - Math.max(start, first + tap);
    weights[tap] = covered / (end - start);
  }
  return { first, weights };
}

function nearestTwoTaps(centre: number, inputSize: number): Taps {
  const place = Math.min(Math.max(centre, 0), inputSize - 1);
  const first = Math.floor(place);
  const fraction = place - first;
  return { first, weights: Float64Array.from(fraction > 0 ? [1 - fraction, fraction] : [1]) };
}

/** The part of a plane within `box`, resized to `[height, width]`. */
export function resample(
  { values, width: planeWidth }: Plane,
  box: PixelBox,
  height: number,
  width: number,
): Float64Array {
  const columnTaps = tapsOf(box.width, width);
  const narrow = new Float64Array(box.height * width);
  for (let row = 0; row < box.height; row++) {
    const rowStart = (box.top + row) * planeWidth + box.left;
    for (const [column, { first, weights }] of columnTaps.entries()) {
      let sum = 0;
      for (let tap = 0; tap < weights.length; tap++) {
        sum += weights[tap]! * values[rowStart + first + tap]!;
      }
      narrow[row * width + column] = sum;
    }
  }
  const resized = new Float64Array(height * width);
  for (const [row, { first, weights }] of tapsOf(box.height, height).entries()) {
    for (let tap = 0; tap < weights.length; tap++) {
      const weight = weights[tap]!;
      const source = (first + tap) * width;
      for (let column = 0; column < width; column++) {
        resized[row * width + column]! += weight * narrow[source + column]!;
      }
    }
  }
  return resized;
}
