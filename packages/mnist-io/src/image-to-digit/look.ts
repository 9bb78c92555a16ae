/** One look at a part of a picture: its light taken away, its rulings removed, its digits found. */
import { findDigits, type DigitChoice, type DigitMask } from './components.ts';
import { withoutHardShadows } from './hard-shadow.ts';
import { subtractLocalMeans, subtractSurface, type Levelled } from './levelling.ts';
import { averageBlocks, type PixelBox } from './plane.ts';
import { withoutRulings } from './rulings.ts';
import { aboveNoise, inkLevels, type InkLevels } from './threshold.ts';

/** Longer side, in pixels, up to which a picture is looked at as it is. */
const LOOK_SIZE = 320;

/** What an earlier look, from farther away, has found out about the page. */
export interface PageFacts {
  /** 1 if ink is lighter than the paper, -1 if darker. */
  readonly sign: 1 | -1;
  /** Whether there are shadows with sharp edges. */
  readonly isShadowed: boolean;
  /** Whether the paper is ruled. */
  readonly isRuled: boolean;
}

/** One look at a part of a picture. */
export interface Look extends PageFacts {
  readonly part: PixelBox;
  /** By what the part is averaged down. */
  readonly factor: number;
  readonly level: Levelled;
  /** `undefined` if nothing stands out of the noise. */
  readonly levels: InkLevels | undefined;
  readonly digits: readonly DigitMask[];
}

/** By what a part is averaged down. */
export function factorFor({ width, height }: PixelBox): number {
  return Math.ceil(Math.max(width, height) / LOOK_SIZE);
}

/**
 * Looks at a part of the brightnesses, `imageWidth` of them a row.
 * @param known - what an earlier look has found out.
 * @param choice - which pieces are looked at, in pixels of the averaged part.
 */
export function lookAt(
  brightness: Uint8Array,
  imageWidth: number,
  part: PixelBox,
  choice: DigitChoice,
  known?: PageFacts,
): Look {
  const factor = factorFor(part);
  const plane = averageBlocks(brightness, imageWidth, part, factor);
  const uneven = subtractSurface(plane);
  const lit =
    known?.isShadowed === false ? undefined : withoutHardShadows(plane, uneven, known?.sign);
  const surface = lit ? subtractSurface(lit) : uneven;
  const sign = known?.sign ?? inkSign(surface);
  const { level: unruled, rulings } =
    known?.isRuled === false ? { level: surface, rulings: 0 } : withoutRulings(surface, sign);
  const rough = inkLevels(unruled.values, sign, unruled.noise);
  const level = rough ? subtractLocalMeans(unruled, sign, rough.strong) : unruled;
  const levels = inkLevels(level.values, sign, level.noise);
  const chosen: DigitChoice = rulings > 0 ? { offBorder: 'slivers', ...choice } : choice;
  const digits = levels ? findDigits(level.values, level.width, sign, levels, chosen) : [];
  const facts = { sign, isShadowed: lit !== undefined, isRuled: rulings > 0 };
  return { ...facts, part, factor, level, levels, digits };
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
