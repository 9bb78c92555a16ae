/**
 * The light on a page as a surface of second degree, a + bx + cy + dx² + exy + fy², with x and y
 * from -1 to 1. It follows light from one side and the falling-off towards the corners of a lens.
 *
 * It is fitted to the outermost pixels, which are mostly paper, by least absolute deviations, to
 * which a stroke that reaches the border means little (as least squares weighted by the inverse of
 * the last distance: E. Schlossmacher, "An Iterative Technique for Absolute Deviations Curve
 * Fitting", 1973). Then it is fitted to all pixels near to it by least squares. What is near is
 * estimated from the outermost pixels alone: of all pixels, more than half may be ink.
 */
import { medianOf } from './median.ts';
import type { Plane } from './plane.ts';

/** The light is level if half the outermost pixels are within this of their median, of 255. */
const LEVEL = 1;

/** Fits to the outermost pixels, and then to all. */
const RIM_ROUNDS = 12;
const ROUNDS = 4;

/** Distances below this, of 255, weigh alike: rounding. */
const LEAST_DISTANCE = 1;

/** Pixels this many median distances off are not near; 4.5 are 3 standard deviations. */
const NEAR = 4.5;

/** Pixels up to this far off are always near. */
const LEAST_NEAR = 2;

/** Most samples along an axis. */
const SAMPLES = 80;

/** Images whose shorter side is below this have too few outermost pixels for a surface. */
const SMALLEST_SURFACE = 16;

/** The part of the shorter side that counts as outermost, on each side. */
const RIM = 1 / 24;

/** The six coefficients a … f. */
export type LightSurface = Float64Array;

/** Height of the surface at a place, `x` and `y` from -1 to 1. */
export function surfaceAt(surface: LightSurface, x: number, y: number): number {
  return (
    surface[0]! +
    x * (surface[1]! + x * surface[3]! + y * surface[4]!) +
    y * (surface[2]! + y * surface[5]!)
  );
}

/** The place of a pixel along an axis of `size` pixels, from -1 to 1. */
export function toUnit(position: number, size: number): number {
  return size === 1 ? 0 : (2 * position) / (size - 1) - 1;
}

/** The light on a picture, and the median distance of its outermost pixels from it. */
export function fitLightSurface(plane: Plane): { surface: LightSurface; deviation: number } {
  const rim = samplesOf(plane, true);
  let surface: LightSurface = new Float64Array(6);
  surface[0] = medianOf(rim.value);
  let deviation = medianOf(distances(rim, surface));
  const isTiny = Math.min(plane.width, plane.height) < SMALLEST_SURFACE;
  if (isTiny || deviation <= LEVEL) return { surface, deviation };
  for (let round = 0; round < RIM_ROUNDS; round++) {
    surface = fit(rim, surface, (off) => 1 / Math.max(off, LEAST_DISTANCE)) ?? surface;
  }
  const all = samplesOf(plane, false);
  for (let round = 0; round < ROUNDS; round++) {
    deviation = medianOf(distances(rim, surface));
    const near = Math.max(NEAR * deviation, LEAST_NEAR);
    surface = fit(all, surface, (off) => (off <= near ? 1 : 0)) ?? surface;
  }
  deviation = medianOf(distances(rim, surface));
  return { surface, deviation };
}

interface Samples {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly value: Float64Array;
}

/** Up to `SAMPLES` positions along an axis, both ends among them. */
function spread(size: number): number[] {
  const count = Math.min(size, SAMPLES);
  const step = count === 1 ? 0 : (size - 1) / (count - 1);
  return Array.from({ length: count }, (_, i) => Math.round(i * step));
}

/** Pixels on a grid, of the whole picture or of its rim. */
function samplesOf({ width, height, values }: Plane, rimOnly: boolean): Samples {
  const rim = Math.max(1, Math.round(Math.min(width, height) * RIM));
  const columns = spread(width);
  const [x, y, value]: [number[], number[], number[]] = [[], [], []];
  for (const row of spread(height)) {
    const isRimRow = row < rim || row >= height - rim;
    for (const column of columns) {
      if (rimOnly && !isRimRow && column >= rim && column < width - rim) continue;
      x.push(toUnit(column, width));
      y.push(toUnit(row, height));
      value.push(values[row * width + column]!);
    }
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y), value: Float64Array.from(value) };
}

function distances({ x, y, value }: Samples, surface: LightSurface): Float64Array {
  const all = new Float64Array(value.length);
  for (let i = 0; i < all.length; i++) {
    all[i] = Math.abs(value[i]! - surfaceAt(surface, x[i]!, y[i]!));
  }
  return all;
}

/**
 * Least squares over the samples, each weighted by its distance from the last surface;
 * `undefined` if they do not determine a new one.
 */
function fit(
  samples: Samples,
  last: LightSurface,
  weightAt: (distance: number) => number,
): LightSurface | undefined {
  // The normal equations AᵀWA c = AᵀWv, the right side as a seventh column.
  const equations = Array.from({ length: 6 }, () => new Float64Array(7));
  const row = new Float64Array(7);
  for (let i = 0; i < samples.value.length; i++) {
    const x = samples.x[i]!;
    const y = samples.y[i]!;
    const value = samples.value[i]!;
    const weight = weightAt(Math.abs(value - surfaceAt(last, x, y)));
    if (weight === 0) continue;
    row[0] = 1;
    row[1] = x;
    row[2] = y;
    row[3] = x * x;
    row[4] = x * y;
    row[5] = y * y;
    row[6] = value;
    for (let j = 0; j < 6; j++) {
      const equation = equations[j]!;
      const weighted = weight * row[j]!;
      for (let k = 0; k < 7; k++) equation[k]! += weighted * row[k]!;
    }
  }
  return solve(equations);
}

/** Gaussian elimination; the matrix is positive definite or singular, so that no rows change. */
function solve(equations: readonly Float64Array[]): Float64Array | undefined {
  const size = equations.length;
  const smallestPivot = 1e-6 * equations[0]![0]!;
  for (const [j, pivot] of equations.entries()) {
    if (!(pivot[j]! > smallestPivot)) return undefined;
    for (const equation of equations.slice(j + 1)) {
      const share = equation[j]! / pivot[j]!;
      for (let k = j; k <= size; k++) equation[k]! -= share * pivot[k]!;
    }
  }
  const solution = new Float64Array(size);
  for (let j = size - 1; j >= 0; j--) {
    let rest = equations[j]![size]!;
    for (let k = j + 1; k < size; k++) rest -= equations[j]![k]! * solution[k]!;
    solution[j] = rest / equations[j]![j]!;
  }
  return solution;
}
