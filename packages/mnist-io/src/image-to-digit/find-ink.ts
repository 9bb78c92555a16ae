/**
 * Finds the digit on a page: its ink, level and free of dust, and where it is.
 *
 * A large picture is first seen from afar, averaged down to a few hundred pixels, which costs
 * little and takes out most noise. Where ink is found, that part is looked at again, nearer, as a
 * picture of its own.
 */
import { ImageError } from '../errors.ts';
import { findDigit, growMask, type DigitMask } from './components.ts';
import {
  DEVIATION_PER_MEDIAN,
  subtractLocalMeans,
  subtractSurface,
  type Levelled,
} from './levelling.ts';
import { averageBlocks, type PixelBox, type Plane } from './plane.ts';
import { aboveNoise, inkLevels, type InkLevels } from './threshold.ts';

/** Longer side, in pixels, up to which a picture is looked at as it is. */
const LOOK_SIZE = 320;

/** How much page is looked at around the ink, by its longer side. */
const MARGIN = 0.5;

/** Least difference between ink and background, of 255, for a drawing to be seen at all. */
export const MIN_INK_CONTRAST = 24;

/** Background that varies by more than this many of 255 is blamed when no ink is found. */
const UNEVEN = 8;

/** Ink this far outside the digit's pixels is its soft edge, by the longer side of its box. */
const EDGE = 1 / 30;

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

/** One look at a part of a picture. */
interface Look {
  readonly part: PixelBox;
  readonly factor: number;
  readonly level: Levelled;
  readonly sign: 1 | -1;
  readonly levels: InkLevels;
  readonly digit: DigitMask;
}

/**
 * Finds the digit among brightnesses `[height, width]`.
 * @throws ImageError if there is none.
 */
export function findInk(brightness: Uint8Array, width: number, height: number): FoundInk {
  let look = lookAt(brightness, width, { left: 0, top: 0, width, height });
  const nearer = surroundings(look, width, height);
  if (factorFor(nearer) < look.factor) look = lookAt(brightness, width, nearer, look.sign);
  const { part, factor, level, sign, levels, digit } = look;
  const { box } = digit;
  const reach = Math.round(Math.max(box.width, box.height) * EDGE);
  const isNear = growMask(digit.mask, level.width, reach);
  const values = level.values.map((value, i) =>
    isNear[i] === 0 ? 0 : (sign * value) / levels.full,
  );
  return {
    ink: { ...level, values },
    box,
    inkBox: onPage(box, part, factor),
    isDark: sign < 0,
    contrast: levels.full,
    specks: digit.specks,
  };
}

/** By what a part is averaged down. */
function factorFor({ width, height }: PixelBox): number {
  return Math.ceil(Math.max(width, height) / LOOK_SIZE);
}

function lookAt(
  brightness: Uint8Array,
  imageWidth: number,
  part: PixelBox,
  knownSign?: 1 | -1,
): Look {
  const factor = factorFor(part);
  const surface = subtractSurface(averageBlocks(brightness, imageWidth, part, factor));
  const sign = knownSign ?? inkSign(surface);
  const rough = inkLevels(surface.values, sign, surface.noise);
  const level = rough ? subtractLocalMeans(surface, sign, rough.strong) : surface;
  const levels = inkLevels(level.values, sign, level.noise);
  // A thin line loses contrast by averaging.
  if (!levels || levels.full < MIN_INK_CONTRAST / factor) throw blank(level);
  const digit = findDigit(level.values, level.width, sign, levels);
  if (!digit) throw blank(level);
  return { part, factor, level, sign, levels, digit };
}

/**
 * 1 if ink is lighter than the background, -1 if darker: whichever side differs more. Squares let
 * a drawing outweigh the many small differences of an uneven background.
 */
function inkSign({ values, noise }: Levelled): 1 | -1 {
  const least = aboveNoise(noise);
  let [darker, lighter] = [0, 0];
  for (const value of values) {
    if (value <= -least) darker += value * value;
    else if (value >= least) lighter += value * value;
  }
  return darker > lighter ? -1 : 1;
}

function blank({ values, noise }: Levelled): ImageError {
  if (noise > UNEVEN) {
    return new ImageError(
      `imageToDigit: expected a digit on an even background; received a picture whose border alone varies by ${Math.round(noise / DEVIATION_PER_MEDIAN)} of 255. Leave some plain background around the digit.`,
    );
  }
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return new ImageError(
    `imageToDigit: expected ink that differs from the background by at least ${MIN_INK_CONTRAST} of 255; received a blank image, whose largest difference is ${Math.round(largest)}. Draw a digit, or use a picture with more contrast.`,
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
function surroundings(look: Look, width: number, height: number): PixelBox {
  const box = onPage(look.digit.box, look.part, look.factor);
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
