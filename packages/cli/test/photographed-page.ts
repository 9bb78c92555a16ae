/**
 * Pages as a poor camera would take them: a digit ten times its size, somewhere on a page five
 * times as wide, under light that falls off by 40 % across the page, with noise.
 *
 *     pixel = light · (paper + (ink − paper) · coverage) + noise, rounded and held in 0 … 255
 *
 * The digit is enlarged by cubic convolution with a = −1/2 (R. Keys, "Cubic Convolution
 * Interpolation for Digital Image Processing", 1981), as most image editors do. Everything is
 * seeded and made of exact operations.
 */
import { RandomStreams } from '@convnet/convnet';
import type { SourceImage } from '@convnet/mnist-io';

/** How many times larger than in MNIST the digit is drawn. */
const SCALE = 10;

const DIGIT_SIZE = 28;

/** Side of the enlarged digit, in pixels. */
const DRAWN_SIZE = DIGIT_SIZE * SCALE;

/** Side of the page. */
const PAGE_SIZE = 5 * DRAWN_SIZE;

/** The share of light that is lost from one edge of the page to the other. */
const LIGHT_LOSS = 0.4;

/** Standard deviation of the noise, of 255. */
const NOISE = 10;

/** Noise is drawn once; each page reads a stretch of it from a random start. */
const NOISE_SAMPLES = 2 ** 22;

/** What page and light look like; colours are brightnesses from 0 to 255 in full light. */
export interface PageKind {
  readonly paper: number;
  readonly ink: number;
  /** Light falls off to the right, or in a direction that each page draws. */
  readonly light: 'to the right' | 'random';
}

/** Weights of the four input pixels around each output pixel, and the first of them. */
const taps = Array.from({ length: DRAWN_SIZE }, (_, output) => {
  const place = (output + 0.5) / SCALE - 0.5;
  const first = Math.floor(place) - 1;
  const t = place - first - 1;
  return {
    first,
    weights: [
      ((-0.5 * t + 1) * t - 0.5) * t,
      (1.5 * t - 2.5) * t * t + 1,
      ((-1.5 * t + 2) * t + 0.5) * t,
      (0.5 * t - 0.5) * t * t,
    ] as const,
  };
});

/** Coverage by ink, 0 to 1, `[280, 280]`, of a digit `[28, 28]`; beyond its edges there is none. */
function enlarge(digit: Uint8Array): Float64Array {
  const wide = new Float64Array(DIGIT_SIZE * DRAWN_SIZE);
  const tall = new Float64Array(DRAWN_SIZE * DRAWN_SIZE);
  for (const [x, { first, weights }] of taps.entries()) {
    for (const [tap, weight] of weights.entries()) {
      const column = first + tap;
      if (column < 0 || column >= DIGIT_SIZE) continue;
      for (let row = 0; row < DIGIT_SIZE; row++) {
        wide[row * DRAWN_SIZE + x]! += weight * digit[row * DIGIT_SIZE + column]!;
      }
    }
  }
  for (const [y, { first, weights }] of taps.entries()) {
    for (const [tap, weight] of weights.entries()) {
      const row = first + tap;
      if (row < 0 || row >= DIGIT_SIZE) continue;
      for (let x = 0; x < DRAWN_SIZE; x++) {
        tall[y * DRAWN_SIZE + x]! += weight * wide[row * DRAWN_SIZE + x]!;
      }
    }
  }
  return tall.map((ink) => Math.min(Math.max(ink / 255, 0), 1));
}

/** Takes pictures of digits; one seed gives the same pictures again. */
export class Photographer {
  readonly #streams: RandomStreams;
  readonly #noise = new Float32Array(NOISE_SAMPLES);
  readonly #data = new Uint8ClampedArray(PAGE_SIZE * PAGE_SIZE);

  constructor(seed: number) {
    this.#streams = new RandomStreams(seed);
    const random = this.#streams.stream('noise');
    for (let i = 0; i < NOISE_SAMPLES; i++) this.#noise[i] = random.normal(0, NOISE);
  }

  /**
   * A digit, bytes `[28, 28]`, on its page; `index` chooses place, light and noise. The picture's
   * memory is used again for the next one.
   */
  take(digit: Uint8Array, index: number, { paper, ink, light }: PageKind): SourceImage {
    const random = this.#streams.stream(`page ${index}`);
    const left = random.integer(PAGE_SIZE - DRAWN_SIZE + 1);
    const top = random.integer(PAGE_SIZE - DRAWN_SIZE + 1);
    const noise = random.integer(NOISE_SAMPLES - this.#data.length + 1);
    let [dx, dy] = [1, 0];
    if (light === 'random') [dx, dy] = [random.uniform(-1, 1), random.uniform(-1, 1)];
    // From the brightest to the darkest corner, the light falls from 1 to 1 − LIGHT_LOSS.
    const slope = LIGHT_LOSS / ((Math.abs(dx) + Math.abs(dy)) * (PAGE_SIZE - 1));
    const brightX = dx > 0 ? 0 : PAGE_SIZE - 1;
    const brightY = dy > 0 ? 0 : PAGE_SIZE - 1;

    const coverage = enlarge(digit);
    for (let y = 0, position = 0; y < PAGE_SIZE; y++) {
      const lineLight = 1 - slope * ((y - brightY) * dy - brightX * dx);
      for (let x = 0; x < PAGE_SIZE; x++, position++) {
        const brightness = paper * (lineLight - slope * dx * x);
        this.#data[position] = brightness + this.#noise[noise + position]!;
      }
      if (y < top || y >= top + DRAWN_SIZE) continue;
      for (let x = left; x < left + DRAWN_SIZE; x++) {
        const inked = paper + (ink - paper) * coverage[(y - top) * DRAWN_SIZE + x - left]!;
        const at = y * PAGE_SIZE + x;
        this.#data[at] = inked * (lineLight - slope * dx * x) + this.#noise[noise + at]!;
      }
    }
    return { width: PAGE_SIZE, height: PAGE_SIZE, channels: 1, data: this.#data };
  }
}
