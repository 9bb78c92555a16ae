/**
 * Handwritten-looking digits, drawn rather than collected: a stand-in for MNIST where it cannot
 * be had. Each image takes one way to write its digit, moves the points a little, bends, leans
 * and turns the whole, draws it with a pen of random width, and frames it as MNIST does.
 *
 * Nothing here comes from MNIST but its published frame and input scale, so that a network can be
 * tried on either. Only exact operations on float64 are used, so a seed gives the same pixels in
 * every JavaScript engine.
 */
import { RandomStreams, type Random } from '@convnet/tensor';
import { DIGIT_FRAME_SIZE, DIGIT_INK_SIZE, placeInFrame } from '../digit-frame.ts';
import { DIGIT_CLASS_NAMES, ImageDataset } from '../dataset/image-dataset.ts';
import { ImageSamples } from '../dataset/image-samples.ts';
import { PenPath } from './pen-path.ts';
import { renderPath } from './render.ts';
import { WRITING_STYLES, type WritingStyle } from './skeletons.ts';

/** Most images one call makes: 0.8 GB of pixels. */
export const MAX_GENERATED_IMAGES = 1_000_000;

/** Options of {@link generateDigits}. */
export interface GenerateDigitsOptions {
  /** Number of images, at most {@link MAX_GENERATED_IMAGES}. */
  readonly count: number;
  /** Root seed, a whole number in 0 … 2⁵³ − 1. */
  readonly seed: number;
  /** Which of two independent sets of one seed. */
  readonly split: 'train' | 'test';
}

/** How much handwriting varies. Lengths are in units of the digit's height. */
const POINT_JITTER = 0.028;
const BEND = 0.22;
const SLANT = { mean: 0.12, standardDeviation: 0.24 };
const HALF_TURN_TANGENT = 0.05;
const WIDTH_FACTOR = { least: 0.75, most: 1.3 };
/** Half the pen's width and the fading of its edge, in pixels of the framed image. */
const PEN_RADIUS = { least: 0.75, most: 2 };
const SOFTNESS = { least: 0.9, most: 1.6 };
/** How much wider or narrower the line gets along the digit. */
const PRESSURE = 0.25;

/**
 * Generates digits. Image i is the same whatever `count` is, and every ten images in a row hold
 * each digit once, in random order.
 *
 * @throws RangeError if `count` or `seed` is out of range.
 * @example
 * ```ts
 * const train = generateDigits({ count: 60_000, seed: 1, split: 'train' });
 * ```
 */
export function generateDigits({ count, seed, split }: GenerateDigitsOptions): ImageDataset {
  if (!Number.isInteger(count) || count < 0 || count > MAX_GENERATED_IMAGES) {
    throw new RangeError(
      `generateDigits: expected a count from 0 to ${MAX_GENERATED_IMAGES}; received ${count}.`,
    );
  }
  const random = new RandomStreams(seed).stream(`generated-digits/${split}`);
  const writer = new DigitWriter(random);
  const pixelCount = DIGIT_FRAME_SIZE * DIGIT_FRAME_SIZE;
  const pixels = new Uint8Array(count * pixelCount);
  const labels = new Uint8Array(count);
  const tenDigits = Array.from(DIGIT_CLASS_NAMES.keys());
  for (let index = 0; index < count; index++) {
    if (index % 10 === 0) random.shuffle(tenDigits);
    const digit = tenDigits[index % 10]!;
    labels[index] = digit;
    writer.write(digit, pixels.subarray(index * pixelCount, (index + 1) * pixelCount));
  }
  return new ImageDataset({
    images: new ImageSamples({ pixels, height: DIGIT_FRAME_SIZE, width: DIGIT_FRAME_SIZE }),
    labels,
    classNames: DIGIT_CLASS_NAMES,
    description: `generated digits, ${split} set of seed ${seed}`,
  });
}

/** Writes one digit after another with random numbers of one stream. */
class DigitWriter {
  readonly #random: Random;
  readonly #path = new PenPath();
  readonly #pointX = new Float64Array(32);
  readonly #pointY = new Float64Array(32);
  readonly #ink = new Uint8Array(DIGIT_INK_SIZE * DIGIT_INK_SIZE);

  constructor(random: Random) {
    this.#random = random;
  }

  /** Writes a digit into an empty frame of 28 × 28. */
  write(digit: number, frame: Uint8Array): void {
    const random = this.#random;
    this.#draft(this.#chooseStyle(WRITING_STYLES[digit]!));
    this.#shape();
    const softness = random.uniform(SOFTNESS.least, SOFTNESS.most);
    this.#fit(random.uniform(PEN_RADIUS.least, PEN_RADIUS.most), softness);
    renderPath(this.#path, softness, DIGIT_INK_SIZE, this.#ink);
    placeInFrame(this.#ink, DIGIT_INK_SIZE, DIGIT_INK_SIZE, frame);
  }

  #chooseStyle(styles: readonly WritingStyle[]): WritingStyle {
    const total = styles.reduce((sum, { weight }) => sum + weight, 0);
    let draw = this.#random.integer(total);
    return styles.find(({ weight }) => (draw -= weight) < 0)!;
  }

  /** Puts the strokes on the path, each point a little off its place. */
  #draft({ strokes }: WritingStyle): void {
    this.#path.clear();
    for (const stroke of strokes) {
      for (let point = 0; point < stroke.length; point++) {
        const { x, y } = stroke[point]!;
        this.#pointX[point] = x + this.#random.normal(0, POINT_JITTER);
        this.#pointY[point] = y + this.#random.normal(0, POINT_JITTER);
      }
      this.#path.addStroke(stroke, this.#pointX, this.#pointY);
    }
  }

  /** Bends the path by a random polynomial of degree 3, then widens, leans and turns it. */
  #shape(): void {
    const random = this.#random;
    const { x, y, length } = this.#path;
    const bend = (): number => random.normal(0, BEND);
    const [xx, xy, yy, yyy] = [bend(), bend(), bend(), bend()];
    const [vxx, vxy, vyy, vxxx] = [bend(), bend(), bend(), bend()];
    const widthFactor = random.uniform(WIDTH_FACTOR.least, WIDTH_FACTOR.most);
    const slant = random.normal(SLANT.mean, SLANT.standardDeviation);
    // With h the tangent of half the angle, cosine and sine need no trigonometry.
    const h = random.normal(0, HALF_TURN_TANGENT);
    const cosine = (1 - h * h) / (1 + h * h);
    const sine = (2 * h) / (1 + h * h);
    for (let point = 0; point < length; point++) {
      const u = x[point]! - 0.3;
      const v = y[point]! - 0.5;
      const bentX = u + xx * u * u + xy * u * v + yy * v * v + yyy * v * v * v;
      const bentY = v + vxx * u * u + vxy * u * v + vyy * v * v + vxxx * u * u * u;
      const leaningX = widthFactor * bentX - slant * bentY;
      x[point] = cosine * leaningX - sine * bentY;
      y[point] = sine * leaningX + cosine * bentY;
    }
  }

  /** Gives the line its width and scales the path until the ink's longer side is 20 pixels. */
  #fit(penRadius: number, softness: number): void {
    const { x, y, radius, length } = this.#path;
    const extent = (values: Float64Array, sign: number): number => {
      let most = -Infinity;
      for (let point = 0; point < length; point++) {
        most = Math.max(most, sign * values[point]! + radius[point]!);
      }
      return most;
    };
    radius.fill(0, 0, length);
    const height = extent(y, 1) + extent(y, -1);
    const width = extent(x, 1) + extent(x, -1);
    const longer = Math.max(height, width);

    const pressure = this.#random.uniform(-PRESSURE, PRESSURE);
    const baseRadius = (penRadius * longer) / (DIGIT_INK_SIZE - 2 * penRadius);
    for (let point = 0; point < length; point++) {
      radius[point] = baseRadius * (1 + pressure * ((2 * point) / length - 1));
    }
    const [left, right] = [-extent(x, -1), extent(x, 1)];
    const [top, bottom] = [-extent(y, -1), extent(y, 1)];
    // An edge softer than 1 pixel reaches beyond the line's geometric edge.
    const inkSize = DIGIT_INK_SIZE - Math.max(0, softness - 1);
    const scale = inkSize / Math.max(right - left, bottom - top);
    for (let point = 0; point < length; point++) {
      x[point] = (x[point]! - (left + right) / 2) * scale + DIGIT_INK_SIZE / 2;
      y[point] = (y[point]! - (top + bottom) / 2) * scale + DIGIT_INK_SIZE / 2;
      radius[point]! *= scale;
    }
  }
}
