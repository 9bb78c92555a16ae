/**
 * A smooth deformation of the page by a polynomial of degree 3. With (u, v) the place relative to
 * the middle of the digit, −1 … 1 from edge to edge, a point moves by
 *
 *     dx = c₀v² + c₁v³ + c₂uv + c₃u² + c₄uv² + c₅u²v
 *     dy = c₆u² + c₇u³ + c₈uv + c₉v² + c₁₀uv² + c₁₁u²v
 *
 * c₀ makes a bow of an upright line and c₁ an S, c₂ widens the lower half and narrows the upper
 * one, c₉ moves the middle up or down. Degrees 0 and 1 are left to slant, width and turn.
 */

/** Number of coefficients c; they are lengths in heights of the digit. */
export const DEFORMATION_TERMS = 12;

/** Where the skeletons have their middle, and half their usual extent. */
export const MIDDLE = { x: 0.3, y: 0.5 };
const HALF = { width: 0.35, height: 0.5 };

/** Moves the first `length` points in place. */
export function deform(x: Float64Array, y: Float64Array, length: number, c: Float64Array): void {
  for (let point = 0; point < length; point++) {
    const u = (x[point]! - MIDDLE.x) / HALF.width;
    const v = (y[point]! - MIDDLE.y) / HALF.height;
    const [uu, uv, vv] = [u * u, u * v, v * v];
    x[point]! +=
      c[0]! * vv + c[1]! * vv * v + c[2]! * uv + c[3]! * uu + c[4]! * uv * v + c[5]! * uu * v;
    y[point]! +=
      c[6]! * uu + c[7]! * uu * u + c[8]! * uv + c[9]! * vv + c[10]! * uv * v + c[11]! * uu * v;
  }
}
