/**
 * Finds a sheet of paper on a darker table: the largest piece of the brighter of two classes
 * (Otsu 1979), if a quadrilateral fits it well. Its sides are lines through its outermost pixels,
 * by least squares, those that are far off left out; its corners are where the lines meet.
 */
import { unitSquareTo, type Point, type Quadrilateral } from './homography.ts';
import { fillHoles, largestPiece } from './regions.ts';
import type { Plane } from './plane.ts';
import { otsuThreshold } from './threshold.ts';

/** The sheet is brighter than the table by this many of 255 at least, on average. */
const LEAST_DIFFERENCE = 32;

/** The parts of the picture that a sheet takes at least and at most. */
const SMALLEST = 0.1;
const LARGEST = 0.97;

/** The part of the picture's border that is table at least. */
const TABLE_BORDER = 0.4;

/** The part of a sheet that is bright, and not ink, at least. */
const BRIGHT = 0.7;

/** The part in which the piece and its quadrilateral agree at least: |both| / |either|. */
const AGREEMENT = 0.93;

/** Sides end this far from the corners, by their length: corners may be bent or round. */
const CORNER = 0.08;

/** Pixels farther off a side than this, by the longer side, do not belong to it. */
const OFF_SIDE = 1 / 50;

/** Corners this near to the picture's border, by its longer side, count as cut off by it. */
const CUT = 0.01;

/** The corners of the sheet in a plane, in its pixels, if there is one on a table. */
export function findSheet(plane: Plane): Quadrilateral | undefined {
  const { width, height, values } = plane;
  const threshold = thresholdOf(values);
  if (threshold === undefined) return undefined;
  const isBright = Uint8Array.from(values, (value) => (value > threshold ? 1 : 0));
  if (darkShareOfBorder(isBright, width, height) < TABLE_BORDER) return undefined;
  const piece = largestPiece(isBright, width);
  const bright = count(piece);
  fillHoles(piece, width);
  const area = count(piece);
  const share = area / piece.length;
  if (share < SMALLEST || share > LARGEST || bright < BRIGHT * area) return undefined;
  const corners = fitQuadrilateral(piece, width, height);
  if (!corners || agreement(piece, width, corners, area) < AGREEMENT) return undefined;
  const margin = CUT * Math.max(width, height);
  const isWithin = ({ x, y }: Point): boolean =>
    x > margin && y > margin && x < width - margin && y < height - margin;
  // The lit part of a page that is half in shadow ends at the picture's border with all corners.
  return corners.filter(isWithin).length >= 2 ? corners : undefined;
}

const count = (mask: Uint8Array): number => mask.reduce((sum, value) => sum + value, 0);

/** The brightness above which pixels may be sheet, if there are two kinds of them. */
function thresholdOf(values: Float32Array): number | undefined {
  const histogram = new Float64Array(256);
  for (const value of values) histogram[Math.min(Math.max(Math.round(value), 0), 255)]! += 1;
  const threshold = otsuThreshold(histogram);
  let [lower, lowerSum, upper, upperSum] = [0, 0, 0, 0];
  for (const [bin, number] of histogram.entries()) {
    if (bin <= threshold) [lower, lowerSum] = [lower + number, lowerSum + number * bin];
    else [upper, upperSum] = [upper + number, upperSum + number * bin];
  }
  if (lower === 0 || upper === 0) return undefined;
  return upperSum / upper - lowerSum / lower >= LEAST_DIFFERENCE ? threshold + 0.5 : undefined;
}

function darkShareOfBorder(isBright: Uint8Array, width: number, height: number): number {
  let bright = 0;
  for (let column = 0; column < width; column++) {
    bright += isBright[column]! + isBright[(height - 1) * width + column]!;
  }
  for (let row = 0; row < height; row++) {
    bright += isBright[row * width]! + isBright[(row + 1) * width - 1]!;
  }
  return 1 - bright / (2 * (width + height));
}

/** Outermost pixels of the piece as places on its outline: of each row and of each column. */
function outlineOf(piece: Uint8Array, width: number, height: number): Point[] {
  const outline: Point[] = [];
  for (let y = 0; y < height; y++) {
    const row = piece.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(1);
    if (first < 0) continue;
    outline.push({ x: first, y: y + 0.5 }, { x: row.lastIndexOf(1) + 1, y: y + 0.5 });
  }
  for (let x = 0; x < width; x++) {
    let [first, last] = [-1, -1];
    for (let y = 0; y < height; y++) {
      if (piece[y * width + x] === 0) continue;
      if (first < 0) first = y;
      last = y;
    }
    if (first >= 0) outline.push({ x: x + 0.5, y: first }, { x: x + 0.5, y: last + 1 });
  }
  return outline;
}

/** A line as all places with nx · x + ny · y = distance. */
interface Line {
  readonly nx: number;
  readonly ny: number;
  readonly distance: number;
}

function fitQuadrilateral(
  piece: Uint8Array,
  width: number,
  height: number,
): Quadrilateral | undefined {
  const outline = outlineOf(piece, width, height);
  const farthest = (dx: number, dy: number): Point =>
    outline.reduce((most, point) =>
      dx * point.x + dy * point.y > dx * most.x + dy * most.y ? point : most,
    );
  const rough = [farthest(-1, -1), farthest(1, -1), farthest(1, 1), farthest(-1, 1)];
  const tolerance = OFF_SIDE * Math.max(width, height);
  const sides = rough.map((from, i) => sideThrough(outline, from, rough[(i + 1) % 4]!, tolerance));
  if (!sides.every((side) => side !== undefined)) return undefined;
  const [top, right, bottom, left] = sides as [Line, Line, Line, Line];
  const corners = [cross(left, top), cross(top, right), cross(right, bottom), cross(bottom, left)];
  const areFinite = corners.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  return areFinite ? (corners as [Point, Point, Point, Point]) : undefined;
}

/** The line through the outline from one corner to the next. */
function sideThrough(
  outline: readonly Point[],
  from: Point,
  to: Point,
  tolerance: number,
): Line | undefined {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length < 2 * tolerance) return undefined;
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  let line: Line = { nx: -uy, ny: ux, distance: -uy * from.x + ux * from.y };
  for (const limit of [2 * tolerance, tolerance / 2, tolerance / 4]) {
    const { nx, ny, distance } = line;
    const near = outline.filter(({ x, y }) => {
      const along = ((x - from.x) * ux + (y - from.y) * uy) / length;
      const off = Math.abs(nx * x + ny * y - distance);
      return along > CORNER && along < 1 - CORNER && off <= Math.max(limit, 1);
    });
    if (near.length < 4) return undefined;
    line = lineThrough(near);
  }
  return line;
}

/** Total least squares: the line through the mean, along the direction of largest variance. */
function lineThrough(points: readonly Point[]): Line {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  let [xx, xy, yy] = [0, 0, 0];
  for (const { x, y } of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  const [nx, ny] = [-Math.sin(angle), Math.cos(angle)];
  return { nx, ny, distance: nx * meanX + ny * meanY };
}

function cross(a: Line, b: Line): Point {
  const determinant = a.nx * b.ny - b.nx * a.ny;
  return {
    x: (a.distance * b.ny - b.distance * a.ny) / determinant,
    y: (a.nx * b.distance - b.nx * a.distance) / determinant,
  };
}

/** Pixels in both the piece and the quadrilateral, by those in either. */
function agreement(piece: Uint8Array, width: number, corners: Quadrilateral, area: number): number {
  let [inside, both] = [0, 0];
  for (const [position, isPiece] of piece.entries()) {
    const x = (position % width) + 0.5;
    const y = Math.floor(position / width) + 0.5;
    const isInside = corners.every((corner, i) => {
      const next = corners[(i + 1) % 4]!;
      return (next.x - corner.x) * (y - corner.y) >= (next.y - corner.y) * (x - corner.x);
    });
    if (!isInside) continue;
    inside += 1;
    both += isPiece;
  }
  return both / (area + inside - both);
}

/** The quadrilateral less `share` of its size along each side, where the sheet's edge may show. */
export function inset(corners: Quadrilateral, share: number): Quadrilateral {
  const at = unitSquareTo(corners);
  const [near, far] = [share, 1 - share];
  return [at(near, near), at(far, near), at(far, far), at(near, far)];
}
