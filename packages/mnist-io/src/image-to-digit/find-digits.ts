/** Finds the digits of a picture: on the sheet, if it shows a sheet on a table, or anywhere in it. */
import { isErrorNamed } from '@convnet/tensor';
import type { ImageError } from '../errors.ts';
import { findInk, type FoundInk } from './find-ink.ts';
import { rectified, unitSquareTo, type Quadrilateral } from './homography.ts';
import { factorFor } from './look.ts';
import { averageBlocks, type PixelBox } from './plane.ts';
import { findSheet, inset } from './sheet.ts';

/** The outermost part of a sheet that is not looked at, by its sides: the table may show there. */
const SHEET_EDGE = 0.015;

/**
 * The digits among brightnesses `[height, width]`, in the order in which they are read.
 * @param join - all ink is one digit, however far apart its strokes are.
 * @throws ImageError if there is none.
 */
export function findDigitsIn(
  brightness: Uint8Array,
  width: number,
  height: number,
  join: boolean,
): FoundInk[] {
  return (
    findOnSheet(brightness, width, height, join) ??
    findInk(brightness, width, height, { join, isSheet: false })
  );
}

/** The digits on the sheet in the picture; `undefined` if there is none, or nothing is on it. */
function findOnSheet(
  brightness: Uint8Array,
  width: number,
  height: number,
  join: boolean,
): FoundInk[] | undefined {
  const page = { left: 0, top: 0, width, height };
  const factor = factorFor(page);
  const outline = findSheet(averageBlocks(brightness, width, page, factor));
  if (!outline) return undefined;
  const [a, b, c, d] = inset(outline, SHEET_EDGE);
  const scaled = ({ x, y }: typeof a): typeof a => ({ x: x * factor, y: y * factor });
  const corners: Quadrilateral = [scaled(a), scaled(b), scaled(c), scaled(d)];
  const size = sizeOf(corners);
  const sheet = rectified(brightness, width, corners, size.width, size.height);
  try {
    const found = findInk(sheet, size.width, size.height, { join, isSheet: true });
    return found.map((ink) => ({ ...ink, inkBox: inPicture(ink.inkBox, corners, size, page) }));
  } catch (error) {
    if (isErrorNamed<ImageError>(error, 'ImageError')) return undefined;
    throw error;
  }
}

/** Whole pixels along the longer one of each two opposite sides. */
function sizeOf([p0, p1, p2, p3]: Quadrilateral): { width: number; height: number } {
  const side = (a: typeof p0, b: typeof p0): number => Math.hypot(a.x - b.x, a.y - b.y);
  return {
    width: Math.max(1, Math.round(Math.max(side(p0, p1), side(p3, p2)))),
    height: Math.max(1, Math.round(Math.max(side(p0, p3), side(p1, p2)))),
  };
}

/** The upright box in the picture that holds a box on the sheet. */
function inPicture(
  box: PixelBox,
  corners: Quadrilateral,
  size: { width: number; height: number },
  page: PixelBox,
): PixelBox {
  const at = unitSquareTo(corners);
  const places = [box.left, box.left + box.width].flatMap((x) =>
    [box.top, box.top + box.height].map((y) => at(x / size.width, y / size.height)),
  );
  const within = (value: number, most: number): number => Math.min(Math.max(value, 0), most);
  const left = within(Math.floor(Math.min(...places.map(({ x }) => x))), page.width - 1);
  const top = within(Math.floor(Math.min(...places.map(({ y }) => y))), page.height - 1);
  const right = within(Math.ceil(Math.max(...places.map(({ x }) => x))), page.width);
  const bottom = within(Math.ceil(Math.max(...places.map(({ y }) => y))), page.height);
  return { left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}
