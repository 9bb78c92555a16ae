/**
 * The projective map from the unit square to a quadrilateral, in closed form (P. Heckbert,
 * "Fundamentals of Texture Mapping and Image Warping", 1989, section 2.2.3):
 *
 *     x = (a u + b v + c) / (g u + h v + 1)      y = (d u + e v + f) / (g u + h v + 1)
 *
 * It undoes the perspective in which a camera sees a sheet.
 */

/** A place in a picture, in pixels from the top left. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Corners in turn: top left, top right, bottom right, bottom left. */
export type Quadrilateral = readonly [Point, Point, Point, Point];

/** The coefficients of the map, by their letters. */
function coefficientsOf([p0, p1, p2, p3]: Quadrilateral) {
  const [sumX, sumY] = [p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y];
  const [dx1, dy1] = [p1.x - p2.x, p1.y - p2.y];
  const [dx2, dy2] = [p3.x - p2.x, p3.y - p2.y];
  const determinant = dx1 * dy2 - dx2 * dy1;
  const g = (sumX * dy2 - dx2 * sumY) / determinant;
  const h = (dx1 * sumY - sumX * dy1) / determinant;
  return {
    a: p1.x - p0.x + g * p1.x,
    b: p3.x - p0.x + h * p3.x,
    c: p0.x,
    d: p1.y - p0.y + g * p1.y,
    e: p3.y - p0.y + h * p3.y,
    f: p0.y,
    g,
    h,
  };
}

/** The function that takes `(u, v)`, 0 to 1 across and down, to its place in the quadrilateral. */
export function unitSquareTo(corners: Quadrilateral): (u: number, v: number) => Point {
  const { a, b, c, d, e, f, g, h } = coefficientsOf(corners);
  return (u, v) => {
    const depth = g * u + h * v + 1;
    return { x: (a * u + b * v + c) / depth, y: (d * u + e * v + f) / depth };
  };
}

/**
 * The part of a picture within a quadrilateral as a rectangle of bytes `[height, width]`, each on
 * the bilinear surface through its four nearest pixels; beyond the picture its border is repeated.
 */
export function rectified(
  pixels: Uint8Array,
  imageWidth: number,
  corners: Quadrilateral,
  width: number,
  height: number,
): Uint8Array {
  const imageHeight = pixels.length / imageWidth;
  const { a, b, c, d, e, f, g, h } = coefficientsOf(corners);
  const result = new Uint8Array(width * height);
  for (let row = 0, position = 0; row < height; row++) {
    const v = (row + 0.5) / height;
    for (let column = 0; column < width; column++, position++) {
      const u = (column + 0.5) / width;
      const depth = g * u + h * v + 1;
      const x = Math.min(Math.max((a * u + b * v + c) / depth - 0.5, 0), imageWidth - 1);
      const y = Math.min(Math.max((d * u + e * v + f) / depth - 0.5, 0), imageHeight - 1);
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const right = Math.min(left + 1, imageWidth - 1);
      const [line, next] = [top * imageWidth, Math.min(top + 1, imageHeight - 1) * imageWidth];
      const [p, q] = [pixels[line + left]!, pixels[next + left]!];
      const upper = p + (x - left) * (pixels[line + right]! - p);
      const lower = q + (x - left) * (pixels[next + right]! - q);
      result[position] = upper + (y - top) * (lower - upper) + 0.5;
    }
  }
  return result;
}
