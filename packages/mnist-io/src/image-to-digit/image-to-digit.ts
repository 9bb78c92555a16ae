/**
 * Any drawing or photograph of digits, each prepared as MNIST's images were: bright ink on black,
 * cropped to the ink, its longer side scaled to 20 pixels, its centre of mass at the centre of
 * 28 × 28.
 *
 * The steps, each a file beside this one: luminance, sheet, hard shadows, levelling, rulings,
 * threshold, components, groups, resample and framing; `look.ts` and `find-ink.ts` join the middle
 * ones. docs/image-to-digit.md tells how well it works.
 */
import { ImageError } from '../errors.ts';
import { alreadyFramed } from './already-framed.ts';
import { findDigitsIn } from './find-digits.ts';
import { frameInk } from './framing.ts';
import { luminanceOf } from './luminance.ts';
import type { PixelBox } from './plane.ts';
import { checkSourceImage, type SourceImage } from './source-image.ts';

/** A digit as MNIST would hold it, and how it was found. */
export interface DigitImage {
  /** Bytes `[28, 28]`, 0 background to 255 ink. */
  readonly pixels: Uint8Array;
  /** Where the ink was in the source image. */
  readonly inkBox: PixelBox;
  /** Whether the ink was darker than its background. */
  readonly darkInk: boolean;
  /** Whether the ink was recognised by its opacity: one colour on a transparent page. */
  readonly inkIsAlpha: boolean;
  /** Contrast between full ink and its background, of 255. */
  readonly contrast: number;
  /** How many specks of dust were left out. */
  readonly specks: number;
  /** Whether the image was framed as MNIST's already, and is given back as it came. */
  readonly wasFramed: boolean;
}

/** How {@link imageToDigit} takes ink that comes in several pieces. */
export interface ImageToDigitOptions {
  /**
   * All ink is the one digit, however far apart its strokes are: for boards on which one digit is
   * drawn. Otherwise pieces that stand side by side, each as tall as a digit, are several digits.
   */
  readonly joinPieces?: boolean;
}

/**
 * Finds the one digit in an image and frames it as MNIST does. The image is not changed.
 *
 * @throws ImageError if the sizes are wrong or too large, the data does not fit them, the
 * image is blank, or holds several digits; {@link imageToDigits} gives each of those.
 * @example
 * ```ts
 * const { data, width, height } = canvasContext.getImageData(0, 0, 280, 280);
 * const { pixels } = imageToDigit({ data, width, height, channels: 4 }, { joinPieces: true });
 * ```
 */
export function imageToDigit(
  image: SourceImage,
  { joinPieces = false }: ImageToDigitOptions = {},
): DigitImage {
  const digits = digitsIn(image, joinPieces);
  if (digits.length > 1) {
    throw new ImageError(
      `imageToDigit: expected one digit; received ${digits.length} pieces of ink beside or below each other. Use imageToDigits to get each of them, or { joinPieces: true } if they are one digit.`,
    );
  }
  return digits[0]!;
}

/**
 * Finds all digits in an image, in the order in which they are read: lines of digits from the top,
 * each from the left. There is at least one, framed as MNIST frames it. The image is not changed.
 *
 * Ink is taken for a digit by its size and place alone; whether it is one, only a network tells.
 *
 * @throws ImageError if the sizes are wrong or too large, the data does not fit them, or the
 * image is blank.
 * @example
 * ```ts
 * for (const { pixels, inkBox } of imageToDigits({ data, width, height, channels: 4 })) {
 *   console.log(inkBox.left, inkBox.top, pixels.length); // 784
 * }
 * ```
 */
export function imageToDigits(image: SourceImage): DigitImage[] {
  return digitsIn(image, false);
}

function digitsIn(image: SourceImage, join: boolean): DigitImage[] {
  checkSourceImage(image);
  const { width, height } = image;
  const { values, alphaColour } = luminanceOf(image);
  const inkIsAlpha = alphaColour !== undefined;
  const framed = alreadyFramed(values, width, height);
  const found = framed ? [framed] : findDigitsIn(values, width, height, join);
  return found.map((digit) => ({
    pixels: 'ink' in digit ? frameInk(digit.ink, digit.box) : digit.pixels,
    inkBox: digit.inkBox,
    darkInk: inkIsAlpha ? alphaColour < 128 : digit.isDark,
    inkIsAlpha,
    contrast: digit.contrast,
    specks: 'ink' in digit ? digit.specks : 0,
    wasFramed: framed !== undefined,
  }));
}
