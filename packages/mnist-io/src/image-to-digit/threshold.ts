/**
 * Which differences from the background are ink.
 *
 * Full ink is the mean of the upper of the two classes into which N. Otsu's method ("A Threshold
 * Selection Method from Gray-Level Histograms", 1979) splits all that stands out of the noise. A
 * pixel may belong to a stroke from a small share of full ink on, so that soft edges stay, and a
 * stroke must somewhere reach half of it, so that smudges go: the two thresholds of J. Canny's
 * hysteresis ("A Computational Approach to Edge Detection", 1986).
 */

/** Differences below this many standard deviations of the noise are noise. */
const NOISE_LIMIT = 4;

/** Differences below this many of 255 are never ink: what lossy compression leaves behind. */
const LEAST_INK = 3;

/** The share of full ink from which a pixel may belong to a stroke. */
const WEAK_SHARE = 0.15;

/**
 * The share of full ink at which a stroke ends when it is measured. MNIST's boxes were taken
 * around images that were black and white; nearly half is where a soft edge would be cut.
 */
const EDGE_SHARE = 0.4;

/** The share of full ink that a stroke reaches somewhere. */
const STRONG_SHARE = 0.5;

const BINS = 256;

/** Differences from the background, of 255, that divide ink from paper. */
export interface InkLevels {
  /** Least of a pixel that may belong to a stroke. */
  readonly weak: number;
  /** Least of a pixel that counts for where a stroke ends. */
  readonly edge: number;
  /** Least that a stroke reaches somewhere. */
  readonly strong: number;
  /** The value of a pixel that is all ink. */
  readonly full: number;
}

/** The least difference that noise of this standard deviation does not explain. */
export function aboveNoise(noise: number): number {
  return Math.max(NOISE_LIMIT * noise, LEAST_INK);
}

/**
 * The levels that suit these differences; `undefined` if none of them stands
 * out of the noise.
 * @param sign - 1 if ink is positive, -1 if it is negative.
 */
export function inkLevels(
  values: Float32Array,
  sign: 1 | -1,
  noise: number,
): InkLevels | undefined {
  const least = aboveNoise(noise);
  const histogram = new Float64Array(BINS);
  let count = 0;
  for (const value of values) {
    const ink = sign * value;
    if (ink < least) continue;
    histogram[Math.min(Math.round(ink), BINS - 1)]! += 1;
    count += 1;
  }
  if (count === 0) return undefined;
  const full = meanAbove(histogram, otsuThreshold(histogram));
  const level = (share: number): number => Math.max(least, share * full);
  return { full, weak: level(WEAK_SHARE), edge: level(EDGE_SHARE), strong: level(STRONG_SHARE) };
}

/**
 * The bin up to which the lower class goes, where the variance between the classes,
 * w₀ w₁ (μ₀ − μ₁)², is largest; -1 if all values are in one bin.
 */
export function otsuThreshold(histogram: Float64Array): number {
  let total = 0;
  let totalMoment = 0;
  for (const [bin, count] of histogram.entries()) {
    total += count;
    totalMoment += bin * count;
  }
  let best = -1;
  let bestVariance = 0;
  let lower = 0;
  let lowerMoment = 0;
  for (const [bin, count] of histogram.entries()) {
    lower += count;
    lowerMoment += bin * count;
    const upper = total - lower;
    if (lower === 0 || upper === 0) continue;
    const distance = lowerMoment / lower - (totalMoment - lowerMoment) / upper;
    const variance = lower * upper * distance * distance;
    if (variance > bestVariance) [best, bestVariance] = [bin, variance];
  }
  return best;
}

function meanAbove(histogram: Float64Array, threshold: number): number {
  let [count, moment] = [0, 0];
  for (let bin = threshold + 1; bin < histogram.length; bin++) {
    count += histogram[bin]!;
    moment += bin * histogram[bin]!;
  }
  return moment / count;
}
