/**
 * Sine and cosine of angles up to half a turn, from exact operations only (+ − × ÷ on float64),
 * because `Math.sin` and its like may differ between engines.
 *
 * With h half the angle, |h| ≤ π/2: sin h = h − h³/3! + h⁵/5! − …, cos h = 1 − h²/2! + h⁴/4! − …,
 * and then sin 2h = 2 sin h cos h and cos 2h = 1 − 2 sin² h. The error is below 1e-12.
 */

const RADIANS_PER_DEGREE = 0.017453292519943295;

/** Sine and cosine of an angle. */
export interface Direction {
  readonly sine: number;
  readonly cosine: number;
}

/** The direction of an angle of −180 … 180 degrees. */
export function direction(degrees: number): Direction {
  const half = (degrees * RADIANS_PER_DEGREE) / 2;
  const square = half * half;
  let sine = 1;
  let cosine = 1;
  for (let order = 20; order >= 2; order -= 2) {
    sine = 1 - (sine * square) / (order * (order + 1));
    cosine = 1 - (cosine * square) / (order * (order - 1));
  }
  sine *= half;
  return { sine: 2 * sine * cosine, cosine: 1 - 2 * sine * sine };
}
