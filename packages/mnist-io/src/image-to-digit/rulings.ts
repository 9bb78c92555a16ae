/**
 * Takes the lines of ruled and squared paper out of a level picture.
 *
 * A ruling is thin, straight, and goes from one side to the other, which no stroke of a digit does.
 * Pixels of thin vertical runs of ink vote for the lines they may lie on (R. Duda and P. Hart, "Use
 * of the Hough Transformation to Detect Lines and Curves in Pictures", 1972), one line is taken
 * after the other. Along a line each run that is not longer than the line is wide gives way to what
 * lies above and below, and longer ones, where a stroke crosses, stay, as the staff lines of music
 * are removed (C. Dalitz et al., "A Comparative Study of Staff Removal Algorithms", 2008). Lines
 * down the page are found as lines across the picture turned over.
 */
import type { Levelled } from './levelling.ts';

/** Ruled lines are thinner than this part of the longer side. */
const THIN = 1 / 40;

/** How far a line rises from one side to the other at most, by the picture's width. */
const STEEPEST = 0.16;

/** The part of its length in which a line shows at least. */
const SHOWN = 0.5;

/** This part of the length at each end is looked at for itself; a line shows there too. */
const END = 0.15;

/** Ink from this many standard deviations of the noise on may be a line: it is long. */
const ABOVE_NOISE = 3;

/** Differences below this many of 255 are never a line. */
const LEAST_LINE = 3;

/** Lines that may be removed in one direction. */
const MOST_LINES = 60;

/** The least side of a picture with rulings, in pixels. */
const SMALLEST_PICTURE = 32;

/** The picture without its rulings, and how many there were. */
export interface Unruled {
  readonly level: Levelled;
  readonly rulings: number;
}

/**
 * Removes rulings.
 * @param sign - 1 if ink is positive, -1 if it is negative.
 */
export function withoutRulings(level: Levelled, sign: 1 | -1): Unruled {
  const { width, height, noise } = level;
  if (Math.min(width, height) < SMALLEST_PICTURE) return { level, rulings: 0 };
  const least = Math.max(ABOVE_NOISE * noise, LEAST_LINE);
  const thickest = Math.ceil(THIN * Math.max(width, height));
  const ink = level.values.map((value) => sign * value);
  const across = removeLines({ ink, width, height, along: 1, beside: width }, least, thickest);
  const turned = { ink, width: height, height: width, along: width, beside: 1 };
  const down = removeLines(turned, least, thickest);
  const rulings = across + down;
  if (rulings === 0) return { level, rulings };
  return { level: { ...level, values: ink.map((value) => sign * value) }, rulings };
}

/** Ink, as `height` lines of `width` pixels, whichever way it is stored. */
interface Field {
  readonly ink: Float32Array;
  readonly width: number;
  readonly height: number;
  /** From a pixel to the next along a line. */
  readonly along: number;
  /** From a line to the next. */
  readonly beside: number;
}

/** A thin run of ink beside a line: where its middle is. */
interface Run {
  readonly x: number;
  readonly y: number;
  readonly length: number;
}

/** The line y = start + rise · x / (width − 1). */
interface Ruling {
  readonly start: number;
  readonly rise: number;
}

function removeLines(field: Field, least: number, thickest: number): number {
  let runs = thinRuns(field, least, thickest);
  const found: { ruling: Ruling; thickness: number }[] = [];
  while (runs.length >= SHOWN * field.width && found.length < MOST_LINES) {
    const ruling = strongestLine(runs, field);
    if (!ruling) break;
    const isOn = near(ruling, field.width);
    const members = runs.filter(isOn);
    found.push({ ruling, thickness: medianLength(members) });
    runs = runs.filter((run) => !isOn(run));
  }
  for (const { ruling, thickness } of found) eraseLine(field, ruling, thickness, least);
  return found.length;
}

/** Runs of ink across the lines' direction that are no longer than a ruling may be thick. */
function thinRuns(
  { ink, width, height, along, beside }: Field,
  least: number,
  thickest: number,
): Run[] {
  const runs: Run[] = [];
  for (let x = 0; x < width; x++) {
    let start = -1;
    for (let y = 0; y <= height; y++) {
      const isInk = y < height && ink[y * beside + x * along]! >= least;
      if (isInk && start < 0) start = y;
      if (isInk || start < 0) continue;
      const length = y - start;
      if (length <= thickest) runs.push({ x, y: start + (length - 1) / 2, length });
      start = -1;
    }
  }
  return runs;
}

/** The line on which most runs lie, if it shows along the picture and at both its ends. */
function strongestLine(runs: readonly Run[], { width, height }: Field): Ruling | undefined {
  const steepest = Math.round(STEEPEST * width);
  const bins = height + 2 * steepest + 2;
  let best: Ruling | undefined;
  let most = SHOWN * width;
  const votes = new Uint16Array(bins);
  for (let rise = -steepest; rise <= steepest; rise++) {
    votes.fill(0);
    for (const { x, y } of runs) {
      votes[Math.round(y - (rise * x) / (width - 1)) + steepest]! += 1;
    }
    for (let bin = 1; bin < bins - 1; bin++) {
      const number = votes[bin - 1]! + votes[bin]! + votes[bin + 1]!;
      if (number <= most) continue;
      const ruling = { start: bin - steepest, rise };
      if (!showsAtEnds(runs, ruling, width)) continue;
      [most, best] = [number, ruling];
    }
  }
  return best;
}

function showsAtEnds(runs: readonly Run[], ruling: Ruling, width: number): boolean {
  const isOn = near(ruling, width);
  const end = END * width;
  let [first, last] = [0, 0];
  for (const run of runs) {
    if (run.x < end && isOn(run)) first += 1;
    if (run.x >= width - end && isOn(run)) last += 1;
  }
  return Math.min(first, last) >= SHOWN * end;
}

const heightAt = ({ start, rise }: Ruling, x: number, width: number): number =>
  start + (rise * x) / (width - 1);

const near =
  (ruling: Ruling, width: number) =>
  ({ x, y }: Run): boolean =>
    Math.abs(y - heightAt(ruling, x, width)) <= 2;

function medianLength(runs: readonly Run[]): number {
  const lengths = runs.map(({ length }) => length).sort((a, b) => a - b);
  return lengths[lengths.length >> 1]!;
}

/** Puts what lies beside it in the place of a line, but for where a stroke crosses. */
function eraseLine(
  { ink, width, height, along, beside }: Field,
  ruling: Ruling,
  thickness: number,
  least: number,
): void {
  const reach = Math.ceil(thickness / 2) + 2;
  for (let x = 0; x < width; x++) {
    const middle = Math.round(heightAt(ruling, x, width));
    const at = (y: number): number => ink[y * beside + x * along]!;
    let [top, bottom] = [middle, middle];
    let isCrossed = false;
    for (let y = middle - reach; y <= middle + reach; y++) {
      if (y < 0 || y >= height || at(y) < least) continue;
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    if (top === middle - reach || bottom === middle + reach) isCrossed = true;
    if (isCrossed) continue;
    // One pixel more to each side: the line's soft edge.
    const [above, below] = [top - 2, bottom + 2];
    const from = above >= 0 ? at(above) : below < height ? at(below) : 0;
    const to = below < height ? at(below) : from;
    for (let y = Math.max(top - 1, 0); y <= Math.min(bottom + 1, height - 1); y++) {
      const share = (y - above) / (below - above);
      ink[y * beside + x * along] = from + share * (to - from);
    }
  }
}
