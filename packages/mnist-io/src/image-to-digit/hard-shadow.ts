/**
 * Shadows with sharp edges. No smooth surface follows them, but they are wide and ink is narrow: the
 * picture without its narrow details is the light on bare paper, its jumps included, and what a
 * pixel has of that light is how bright the page is there (the top-hat transformation of F. Meyer,
 * 1979, as a quotient, as light and paper multiply).
 *
 * Only pictures whose border is not level are treated so. There the light is uneven for certain,
 * while a wide mark in the middle may be ink.
 */
import { subtractSurface, type Levelled } from './levelling.ts';
import type { Plane } from './plane.ts';
import { withoutDetails } from './morphology.ts';

/** Side of the square that strokes are narrower than, by the picture's longer side. */
const WIDEST_STROKE = 1 / 4;

/** Light this far from a smooth surface, of 255, is a shadow. */
const JUMP = 12;

/** The part of the border that a shadow takes at least. */
const SHADOWED = 0.04;

/** How far a shadow reaches into the picture at least, on average, by its longer side. */
const DEPTH = 1 / 80;

/** Shadows keep this part of the light at least: the sky and the walls still shine there. */
const DARKEST_SHADOW = 0.25;

/** The part of all pixels that may be darker, and brighter, than what counts as the light. */
const EXTREMES = 0.01;

/** The least that light is, of 255: below, colours are rounding. */
const LEAST_LIGHT = 8;

/** The least side of a picture with shadows, in pixels. */
const SMALLEST_PICTURE = 32;

/** Light at full brightness, of 255, to which the page is brought. */
const FULL_LIGHT = 224;

/**
 * The page as it is without hard shadows, or `undefined` if it has none.
 * @param surface - the page without the smooth part of its light.
 * @param knownSign - 1 for light ink and -1 for dark ink on a page that is known to have them.
 */
export function withoutHardShadows(
  plane: Plane,
  surface: Levelled,
  knownSign?: 1 | -1,
): Plane | undefined {
  const isKnown = knownSign !== undefined;
  if (Math.min(plane.width, plane.height) < SMALLEST_PICTURE) return undefined;
  if (!isKnown && !hasJumps(surface)) return undefined;
  const light = isKnown ? withoutInk(plane, knownSign) : smoother(plane);
  if (!isKnown && (isTooDark(light) || !hasJumps(subtractSurface(light)))) return undefined;
  const values = plane.values.map(
    (value, i) => (FULL_LIGHT * value) / Math.max(light.values[i]!, LEAST_LIGHT),
  );
  return { ...plane, values };
}

function withoutInk(plane: Plane, sign: 1 | -1): Plane {
  const size = Math.round(Math.max(plane.width, plane.height) * WIDEST_STROKE);
  return withoutDetails(smoothed(plane), size, sign < 0 ? 'dark' : 'light');
}

/** The light, whether ink is dark or light: around ink that stays there are edges. */
function smoother(plane: Plane): Plane {
  const [withoutDark, withoutLight] = [withoutInk(plane, -1), withoutInk(plane, 1)];
  return totalVariation(withoutDark) <= totalVariation(withoutLight) ? withoutDark : withoutLight;
}

/** Whether much of a border is off any smooth surface, and not the border alone. */
function hasJumps({ width, height, values }: Levelled): boolean {
  let [off, offBorder] = [0, 0];
  for (const [i, value] of values.entries()) {
    if (Math.abs(value) <= JUMP) continue;
    off += 1;
    const x = i % width;
    const isBorder = x === 0 || x === width - 1 || i < width || i >= values.length - width;
    if (isBorder) offBorder += 1;
  }
  const depth = DEPTH * Math.max(width, height) * offBorder;
  return offBorder > SHADOWED * 2 * (width + height) && off > depth;
}

/** Whether some of the light is too dark for a shadow: then it is ink along the border. */
function isTooDark({ values }: Plane): boolean {
  const levels = Float32Array.from(values).sort();
  const at = (share: number): number => levels[Math.floor(share * (levels.length - 1))]!;
  return at(EXTREMES) < DARKEST_SHADOW * at(1 - EXTREMES);
}

/** How much neighbouring pixels differ in all: the light is what has the fewest edges. */
function totalVariation({ width, values }: Plane): number {
  let sum = 0;
  for (let i = width; i < values.length; i++) {
    sum += Math.abs(values[i]! - values[i - width]!);
    if (i % width > 0) sum += Math.abs(values[i]! - values[i - 1]!);
  }
  return sum;
}

/** Means of 3 × 3 pixels, against noise. */
function smoothed({ width, height, values }: Plane): Plane {
  const result = new Float32Array(values.length);
  for (let row = 0, position = 0; row < height; row++) {
    const [above, below] = [Math.max(row - 1, 0), Math.min(row + 1, height - 1)];
    for (let column = 0; column < width; column++, position++) {
      const [left, right] = [Math.max(column - 1, 0), Math.min(column + 1, width - 1)];
      let sum = 0;
      for (const line of [above, row, below]) {
        for (const place of [left, column, right]) sum += values[line * width + place]!;
      }
      result[position] = sum / 9;
    }
  }
  return { width, height, values: result };
}
