/**
 * Any drawing or photograph of one digit, prepared as MNIST's images were: bright ink on black,
 * cropped to the ink, its longer side scaled to 20 pixels, its centre of mass at the centre of
 * 28 × 28.
 *
 * The steps, each a file beside this one: luminance, levelling, threshold, components, resample
 * and framing; `find-ink.ts` joins the middle ones. docs/image-to-digit.md tells how well it works.
 */
import { alreadyFramed } from './already-framed.ts';
import { findInk } from './find-ink.ts';
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

/**
 * Finds the digit in an image and frames it as MNIST does. The image is not changed.
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
  checkSourceImage(image);
  const { width, height } = image;
  const { values, alphaColour } = luminanceOf(image);
  const inkIsAlpha = alphaColour !== undefined;
  const framed = alreadyFramed(values, width, height);
  const found = framed ?? findInk(values, width, height);
  return {
    pixels: 'ink' in found ? frameInk(found.ink, found.box) : found.pixels,
    inkBox: found.inkBox,
    darkInk: inkIsAlpha ? alphaColour < 128 : found.isDark,
    inkIsAlpha,
    contrast: found.contrast,
    specks: 'ink' in found ? found.specks : 0,
    wasFramed: framed !== undefined,
  };
}
