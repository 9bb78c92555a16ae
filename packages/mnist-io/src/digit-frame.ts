/**
 * The frame every MNIST image has: the ink is scaled until its longer side takes 20 pixels, then
 * moved by whole pixels until its centre of mass is as near as possible to pixel (14, 14) of
 * 28 × 28. Both numbers are given on the MNIST page of Y. LeCun, C. Cortes and C. Burges.
 */

/** Height and width of a digit image. */
export const DIGIT_FRAME_SIZE = 28;

/** Longer side of the ink within a digit image. */
export const DIGIT_INK_SIZE = 20;

const CENTRE = DIGIT_FRAME_SIZE / 2;

/**
 * Copies ink `[height, width]`, both at most 20, into an empty frame of 28 × 28, its centre of
 * mass at the frame's centre, or as near to it as the frame's edges allow.
 */
export function placeInFrame(
  ink: Uint8Array,
  height: number,
  width: number,
  frame: Uint8Array,
): void {
  let mass = 0;
  let massX = 0;
  let massY = 0;
  for (let y = 0, position = 0; y < height; y++) {
    for (let x = 0; x < width; x++, position++) {
      const value = ink[position]!;
      mass += value;
      massX += value * x;
      massY += value * y;
    }
  }
  const shift = (centre: number, size: number): number =>
    Math.min(Math.max(Math.round(CENTRE - centre), 0), DIGIT_FRAME_SIZE - size);
  const left = shift(massX / mass, width);
  const top = shift(massY / mass, height);
  for (let y = 0; y < height; y++) {
    const row = ink.subarray(y * width, (y + 1) * width);
    frame.set(row, (top + y) * DIGIT_FRAME_SIZE + left);
  }
}
