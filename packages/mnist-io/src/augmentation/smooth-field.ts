/**
 * White noise smoothed by a Gaussian, at a fraction of the cost of doing so pixel by pixel.
 *
 * Noise smoothed by a Gaussian of width σ has hardly any detail finer than σ. So the noise is drawn
 * on a coarse grid of spacing σ instead of 1, and σ times as strong to keep the variance:
 *
 *     f(p) = Σ_i n_i g(p − iσ) / 2πσ,   g(r) = exp(−r² / 2σ²)
 *
 * Its covariance is that of the pixelwise method, v exp(−r² / 4σ²) with v = 1 / 12πσ². The coarse
 * grid changes it by 1 part in 10⁴ of v (2 exp(−π²), by Poisson's summation), and that g is cut off
 * at 3σ by 1 part in 100 at some distances r, not at 0. About 4π numbers of the grid count at each
 * place, so that f is nearly normal, too. For 28 × 28 and σ = 4 that is 169 random numbers and 6
 * products a pixel and axis, instead of 2,704 and 25.
 */
import type { Random } from '@convnet/tensor';

/** Noise that reaches a place along one axis: that of 3σ to either side. */
const TAPS = 6;
/** Levels of noise, −1 to 1: half of a random number of 32 bits. */
const NOISE_LEVELS = 0x10000;
const TWO_PI = 6.283185307179586;

/** From noise at iσ, i = −3, −2, …, to values at the places 0, 1, … along one axis. */
interface Axis {
  readonly noiseCount: number;
  readonly length: number;
  /** Index of the first of the {@link TAPS} noises that reach a place. */
  readonly first: Uint16Array;
  /** Their weights, `[length, TAPS]`. */
  readonly weights: Float64Array;
}

/** e^x for −6 < x ≤ 0 from exact operations: (1 + y + y²/2! + …)^64, y = x / 64. */
function portableExponential(x: number): number {
  const y = x / 64;
  let result = 1;
  for (let term = 8; term >= 1; term--) result = 1 + (y / term) * result;
  for (let doubling = 0; doubling < 6; doubling++) result *= result;
  return result;
}

function axis(length: number, sigma: number): Axis {
  const first = new Uint16Array(length);
  const weights = new Float64Array(length * TAPS);
  for (let place = 0; place < length; place++) {
    const onGrid = place / sigma;
    first[place] = Math.ceil(onGrid);
    for (let tap = 0; tap < TAPS; tap++) {
      const distance = first[place]! + tap - TAPS / 2 - onGrid;
      weights[place * TAPS + tap] = portableExponential((-distance * distance) / 2);
    }
  }
  return { noiseCount: Math.ceil((length - 1) / sigma) + TAPS, length, first, weights };
}

/** Two independent smooth random fields for images of one size; see the top of this file. */
export class SmoothField {
  readonly #sigma: number;
  readonly #rows: Axis;
  readonly #columns: Axis;
  /** For either field, `[rows.noiseCount, columns.noiseCount]`. */
  readonly #noise: readonly [Float64Array, Float64Array];
  /** Smoothed along the rows, and transposed: `[columns.length, rows.noiseCount]`. */
  readonly #halfway: Float64Array;

  constructor(height: number, width: number, sigma: number) {
    this.#sigma = sigma;
    this.#rows = axis(height, sigma);
    this.#columns = axis(width, sigma);
    const count = this.#rows.noiseCount * this.#columns.noiseCount;
    this.#noise = [new Float64Array(count), new Float64Array(count)];
    this.#halfway = new Float64Array(width * this.#rows.noiseCount);
  }

  /** Draws new noise for both fields. */
  draw(random: Random): void {
    const [one, other] = this.#noise;
    const scale = 2 / NOISE_LEVELS;
    const offset = 1 / NOISE_LEVELS - 1;
    for (let i = 0; i < one.length; i++) {
      const bits = random.uint32();
      one[i] = (bits >>> 16) * scale + offset;
      other[i] = (bits & (NOISE_LEVELS - 1)) * scale + offset;
    }
  }

  /** Adds `factor` times the one or the other field to `into`, `[height, width]`. */
  addTo(which: 0 | 1, factor: number, into: Float64Array): void {
    this.#halfway.fill(0);
    addSmoothed(this.#noise[which], this.#columns, factor / (TWO_PI * this.#sigma), this.#halfway);
    addSmoothed(this.#halfway, this.#rows, 1, into);
  }
}

/** Smooths each row of `noise` and adds it, times `factor`, to a column of `into`. */
function addSmoothed(
  noise: Float64Array,
  { noiseCount, length, first, weights }: Axis,
  factor: number,
  into: Float64Array,
): void {
  const rowCount = noise.length / noiseCount;
  let to = 0;
  for (let place = 0, w = 0; place < length; place++, w += TAPS) {
    const w0 = factor * weights[w]!;
    const w1 = factor * weights[w + 1]!;
    const w2 = factor * weights[w + 2]!;
    const w3 = factor * weights[w + 3]!;
    const w4 = factor * weights[w + 4]!;
    const w5 = factor * weights[w + 5]!;
    for (let row = 0, from = first[place]!; row < rowCount; row++, from += noiseCount) {
      into[to++]! +=
        w0 * noise[from]! +
        w1 * noise[from + 1]! +
        w2 * noise[from + 2]! +
        w3 * noise[from + 3]! +
        w4 * noise[from + 4]! +
        w5 * noise[from + 5]!;
    }
  }
}
