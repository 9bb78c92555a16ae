/**
 * Any drawing or photograph of one digit, prepared as MNIST's images were: bright ink on black,
 * cropped to the ink, its longer side scaled to 20 pixels, its centre of mass at the centre of
 * 28 × 28. An image that already is so comes out nearly as it went in.
 *
 * The background is what the outermost pixels show. Ink is whatever differs from it, towards dark
 * or towards light, whichever differs more; what differs no more than the background varies in
 * itself is noise.
 */
import { DIGIT_FRAME_SIZE, DIGIT_INK_SIZE, placeInFrame } from '../digit-frame.ts';
import { ImageError } from '../errors.ts';
import { resample, type PixelBox } from './resample.ts';

/** Most pixels of an image: 4096 × 4096. */
export const MAX_IMAGE_PIXELS = 16_777_216;

/** Least difference between ink and background, of 255, for a drawing to be seen at all. */
export const MIN_INK_CONTRAST = 24;

/** Differences up to this many of 255 are never ink: what lossy compression leaves behind. */
const MIN_NOISE = 8;

/** The share of outermost pixels that must be plain background; the rest may be ink. */
const BACKGROUND_SHARE = 0.9;

/** How far beyond the variation seen at the border the background may vary elsewhere. */
const NOISE_MARGIN = 1.5;

/** Pixels of an image, row after row, from the top left. */
export interface SourceImage {
  readonly width: number;
  readonly height: number;
  /** 1: grey. 3: red, green, blue. 4: the same and alpha, on a white page. */
  readonly channels: 1 | 3 | 4;
  /** Bytes `[height, width, channels]`, not premultiplied by alpha. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A digit as MNIST would hold it, and how it was found. */
export interface DigitImage {
  /** Bytes `[28, 28]`, 0 background to 255 ink. */
  readonly pixels: Uint8Array;
  /** Where the ink was in the source image. */
  readonly inkBox: PixelBox;
  /** Whether the ink was darker than its background. */
  readonly darkInk: boolean;
}

/**
 * Finds the digit in an image and frames it as MNIST does.
 *
 * @throws ImageError if the sizes are wrong or too large, the data does not fit them, or the
 * image is blank.
 * @example
 * ```ts
 * const { data, width, height } = canvasContext.getImageData(0, 0, 280, 280);
 * const { pixels } = imageToDigit({ data, width, height, channels: 4 });
 * ```
 */
export function imageToDigit(image: SourceImage): DigitImage {
  checkImage(image);
  const { width, height } = image;
  const brightness = toBrightness(image);
  const { ink, darkInk } = separateInk(brightness, width, height);
  const inkBox = boxAround(ink, width, height);

  const longer = Math.max(inkBox.width, inkBox.height);
  const scaled = (size: number): number =>
    Math.max(1, Math.round((size * DIGIT_INK_SIZE) / longer));
  const inkHeight = scaled(inkBox.height);
  const inkWidth = scaled(inkBox.width);
  const resized = resample(ink, width, inkBox, inkHeight, inkWidth);
  // Thin lines fade when they shrink; the strongest ink is full ink again.
  const strongest = resized.reduce((most, value) => Math.max(most, value), 0);
  const framed = Uint8Array.from(resized, (value) => Math.round((value * 255) / strongest));
  const pixels = new Uint8Array(DIGIT_FRAME_SIZE * DIGIT_FRAME_SIZE);
  placeInFrame(framed, inkHeight, inkWidth, pixels);
  return { pixels, inkBox, darkInk };
}

function checkImage({ width, height, channels, data }: SourceImage): void {
  const isSize = (size: number): boolean => Number.isInteger(size) && size >= 1;
  if (!isSize(width) || !isSize(height) || width * height > MAX_IMAGE_PIXELS) {
    throw new ImageError(
      `imageToDigit: expected a width and height of at least 1 and at most ${MAX_IMAGE_PIXELS} pixels in all; received ${width} × ${height}. Use a smaller image.`,
    );
  }
  if (![1, 3, 4].includes(channels)) {
    throw new ImageError(
      `imageToDigit: expected 1, 3 or 4 channels; received ${String(channels)}.`,
    );
  }
  const expected = width * height * channels;
  if (data.length !== expected) {
    throw new ImageError(
      `imageToDigit: expected ${expected} bytes for ${width} × ${height} pixels of ${channels} channels; received ${data.length}. Check the sizes and the channels.`,
    );
  }
}

/** Luma of each pixel by the weights of ITU-R BT.601, 0 black to 255 white. */
function toBrightness({ width, height, channels, data }: SourceImage): Uint8Array {
  const brightness = new Uint8Array(width * height);
  if (channels === 1) {
    brightness.set(data);
    return brightness;
  }
  for (let pixel = 0, source = 0; pixel < brightness.length; pixel++, source += channels) {
    const luma = 0.299 * data[source]! + 0.587 * data[source + 1]! + 0.114 * data[source + 2]!;
    const alpha = channels === 4 ? data[source + 3]! / 255 : 1;
    brightness[pixel] = Math.round(luma * alpha + 255 * (1 - alpha));
  }
  return brightness;
}

/** The outermost pixels, once around. */
function borderOf(brightness: Uint8Array, width: number, height: number): Uint8Array {
  const border: number[] = [];
  for (let x = 0; x < width; x++) {
    border.push(brightness[x]!, brightness[(height - 1) * width + x]!);
  }
  for (let y = 1; y + 1 < height; y++) {
    border.push(brightness[y * width]!, brightness[(y + 1) * width - 1]!);
  }
  return Uint8Array.from(border).sort();
}

/** Splits ink from background: 0 background to 255 the strongest ink. */
function separateInk(
  brightness: Uint8Array,
  width: number,
  height: number,
): { ink: Uint8Array; darkInk: boolean } {
  const border = borderOf(brightness, width, height);
  const background = border[border.length >> 1]!;
  const counts = new Float64Array(256);
  for (const value of brightness) counts[value]! += 1;

  // Squares let a drawing outweigh the many small differences of an uneven background.
  let darker = 0;
  let lighter = 0;
  for (const [value, count] of counts.entries()) {
    const weight = count * (value - background) ** 2;
    if (value < background) darker += weight;
    else lighter += weight;
  }
  const darkInk = darker > lighter;
  const sign = darkInk ? -1 : 1;

  const variation = border.map((value) => Math.abs(value - background)).sort();
  const usual = variation[Math.floor((variation.length - 1) * BACKGROUND_SHARE)]!;
  const noise = Math.max(MIN_NOISE, NOISE_MARGIN * usual);
  const extreme = darkInk ? counts.findIndex((n) => n > 0) : counts.findLastIndex((n) => n > 0);
  const contrast = sign * (extreme - background);
  if (contrast <= noise && usual > MIN_NOISE) {
    throw new ImageError(
      `imageToDigit: expected a digit on an even background; received a picture whose border alone varies by ${usual} of 255. Leave some plain background around the digit.`,
    );
  }
  if (contrast < MIN_INK_CONTRAST) {
    throw new ImageError(
      `imageToDigit: expected ink that differs from the background by at least ${MIN_INK_CONTRAST} of 255; received a blank image, whose largest difference is ${contrast}. Draw a digit, or use a picture with more contrast.`,
    );
  }

  const inkOfValue = Uint8Array.from({ length: 256 }, (_, value) => {
    const difference = sign * (value - background);
    return difference <= noise ? 0 : Math.round((difference * 255) / contrast);
  });
  return { ink: brightness.map((value) => inkOfValue[value]!), darkInk };
}

/** The smallest box that holds all ink; there is some. */
function boxAround(ink: Uint8Array, width: number, height: number): PixelBox {
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  for (let y = 0, position = 0; y < height; y++) {
    for (let x = 0; x < width; x++, position++) {
      if (ink[position] === 0) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}
