/**
 * Finds the digits on a page: their ink, level and free of dust, and where they are.
 *
 * A large picture is first seen from afar, averaged down to a few hundred pixels, which costs
 * little and takes out most noise. Where ink is found, that part is looked at again, nearer, as a
 * picture of its own.
 */
import { ImageError } from '../errors.ts';
import { growMask, type DigitMask } from './components.ts';
import { DEVIATION_PER_MEDIAN } from './levelling.ts';
import { factorFor, lookAt, type Look } from './look.ts';
import type { PixelBox, Plane } from './plane.ts';

/** How much page is looked at around the ink, by its longer side. */
const MARGIN = 0.5;

/** Least difference between ink and background, of 255, for a drawing to be seen at all. */
export const MIN_INK_CONTRAST = 24;

/** Background that varies by more than this many of 255 is blamed when no ink is found. */
const UNEVEN = 8;

/** Ink this far outside the digit's pixels is its soft edge, by the longer side of its box. */
const EDGE = 1 / 30;

/**
 * How many standard deviations of the noise a digit's ink is above nothing: its sum, by what the sum
 * of so many pixels of noise deviates. Noise has its highest peaks next to each other at times.
 */
const LEAST_SIGNIFICANCE = 16;

/** The digit, cut from its page. */
export interface FoundInk {
  /** Ink of the pixels in and around the box: 0 paper, 1 full ink, noise beyond both. */
  readonly ink: Plane;
  /** The digit's box within `ink`. */
  readonly box: PixelBox;
  /** The digit's box in the picture. */
  readonly inkBox: PixelBox;
  /** Whether the ink is darker than the paper. */
  readonly isDark: boolean;
  /** Contrast between ink and paper, of 255. */
  readonly contrast: number;
  /** Pieces of ink that were left out as dust. */
  readonly specks: number;
}

/** How a page is searched. */
export interface InkSearch {
  /** All ink is one digit, however far apart its strokes are. */
  readonly join: boolean;
  /** The page is a sheet cut out of a picture: what touches its border is beside it. */
  readonly isSheet: boolean;
}

/**
 * Finds the digits among brightnesses `[height, width]`, in the order in which they are read.
 * @throws ImageError if there is none.
 */
export function findInk(
  brightness: Uint8Array,
  width: number,
  height: number,
  { join, isSheet }: InkSearch,
): FoundInk[] {
  const page = { left: 0, top: 0, width, height };
  const far = lookAt(brightness, width, page, { join, ...(isSheet && { offBorder: 'any' }) });
  const found = far.digits.flatMap((digit): FoundInk[] => {
    if (!isVisible(far, digit)) return [];
    const part = surroundings(far, digit, width, height);
    if (factorFor(part) >= far.factor) return [cutOut(far, digit)];
    const within = inPart(far, digit, part);
    const near = lookAt(brightness, width, part, { join: true, within }, far);
    const again = near.digits[0];
    return again && isVisible(near, again)
      ? [cutOut(near, { ...again, specks: digit.specks })]
      : [];
  });
  if (found.length === 0) throw blank(far);
  return found;
}

/** Whether a digit is more than noise. A thin line loses contrast by averaging. */
function isVisible({ factor, level, levels }: Look, { mass, area }: DigitMask): boolean {
  if (!levels || levels.full < MIN_INK_CONTRAST / factor) return false;
  return mass >= LEAST_SIGNIFICANCE * level.noise * Math.sqrt(area);
}

function cutOut({ part, factor, level, sign, levels }: Look, digit: DigitMask): FoundInk {
  const { box, mask, specks } = digit;
  const { full } = levels!;
  const reach = Math.round(Math.max(box.width, box.height) * EDGE);
  const isNear = growMask(mask, level.width, reach);
  const values = level.values.map((value, i) => (isNear[i] === 0 ? 0 : (sign * value) / full));
  const inkBox = onPage(box, part, factor);
  return { ink: { ...level, values }, box, inkBox, isDark: sign < 0, contrast: full, specks };
}

function blank({ level: { values, noise } }: Look): ImageError {
  if (noise > UNEVEN) {
    return new ImageError(
      `imageToDigit: expected a digit on an even background; received a picture whose border alone varies by ${Math.round(noise / DEVIATION_PER_MEDIAN)} of 255. Leave some plain background around the digit.`,
    );
  }
  const largest = Math.round(values.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  const received =
    largest < MIN_INK_CONTRAST
      ? `a blank image, whose largest difference is ${largest}`
      : `a blank image: single pixels differ by up to ${largest}, but nothing as large as a stroke`;
  return new ImageError(
    `imageToDigit: expected ink that differs from the background by at least ${MIN_INK_CONTRAST} of 255; received ${received}. Draw a digit, or use a picture with more contrast.`,
  );
}

/** The box of a look, in pixels of the whole picture. */
function onPage(box: PixelBox, part: PixelBox, factor: number): PixelBox {
  const left = box.left * factor;
  const top = box.top * factor;
  return {
    left: part.left + left,
    top: part.top + top,
    width: Math.min(box.width * factor, part.width - left),
    height: Math.min(box.height * factor, part.height - top),
  };
}

/** The digit's box with some page around it. */
function surroundings(look: Look, digit: DigitMask, width: number, height: number): PixelBox {
  const box = onPage(digit.box, look.part, look.factor);
  const margin = Math.ceil(MARGIN * Math.max(box.width, box.height)) + look.factor;
  const left = Math.max(0, box.left - margin);
  const top = Math.max(0, box.top - margin);
  return {
    left,
    top,
    width: Math.min(width, box.left + box.width + margin) - left,
    height: Math.min(height, box.top + box.height + margin) - top,
  };
}

/** Where a digit is in a nearer look at a part, with the crumbs beside it. */
function inPart(look: Look, { box }: DigitMask, part: PixelBox): PixelBox {
  const { left, top, width, height } = onPage(box, look.part, look.factor);
  const factor = factorFor(part);
  const slack = look.factor;
  return {
    left: (left - slack - part.left) / factor,
    top: (top - slack - part.top) / factor,
    width: (width + 2 * slack) / factor,
    height: (height + 2 * slack) / factor,
  };
}
