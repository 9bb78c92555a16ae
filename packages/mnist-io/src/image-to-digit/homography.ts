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

/** The function that takes `(u, v)`, 0 to 1 across and down, to its place in the quadrilateral. */
export function unitSquareTo([p0, p1, p2, p3]: Quadrilateral): (u: number, v: number) => Point {
  const [sumX, sumY] = [p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y];
  const [dx1, dy1] = [p1.x - p2.x, p1.y - p2.y];
  const [dx2, dy2] = [p3.x - p2.x, p3.y - p2.y];
  const determinant = dx1 * dy2 - dx2 * dy1;
  const g = (sumX * dy2 - dx2 * sumY) / determinant;
  const h = (dx1 * sumY - sumX * dy1) / determinant;
  const [a, b] = [p1.x - p0.x + g * p1.x, p3.x - p0.x + h * p3.x];
  const [d, e] = [p1.y - p0.y + g * p1.y, p3.y - p0.y + h * p3.y];
  return (u, v) => {
    const depth = g * u + h * v + 1;
    return { x: (a * u + b * v + p0.x) / depth, y: (d * u + e * v + p0.y) / depth };
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
  const at = unitSquareTo(corners);
  const result = new Uint8Array(width * height);
  for (let row = 0, position = 0; row < height; row++) {
    for (let column = 0; column < width; column++, position++) {
      const place = at((column + 0.5) / width, (row + 0.5) / height);
      const x = Math.min(Math.max(place.x - 0.5, 0), imageWidth - 1);
      const y = Math.min(Math.max(place.y - 0.5, 0), imageHeight - 1);
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const [right, bottom] = [Math.min(left + 1, imageWidth - 1), Math.min(top + 1, imageHeight - 1)]; // prettier-ignore
      const across = (line: number): number => {
        const value = pixels[line * imageWidth + left]!;
        return value + (x - left) * (pixels[line * imageWidth + right]! - value);
      };
      const upper = across(top);
      result[position] = upper + (y - top) * (across(bottom) - upper) + 0.5;
    }
  }
  return result;
}
