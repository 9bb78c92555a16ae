/**
 * Thins ink to lines one pixel wide, by T. Y. Zhang and C. Y. Suen, "A fast parallel algorithm
 * for thinning digital patterns", Communications of the ACM 27 (3), 1984.
 */

/** Neighbours P2 … P9 of a pixel, clockwise from the one above. */
const AROUND: readonly (readonly [dx: number, dy: number])[] = [
  [0, -1],
  [1, -1],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
];

/** `ink` `[size, size]`, 0 or 1, thinned. */
export function skeletonOf(ink: Uint8Array, size: number): Uint8Array {
  const pixels = ink.slice();
  let isChanging = true;
  while (isChanging) {
    isChanging = false;
    for (const isFirstPass of [true, false]) {
      const peeled = borderPixels(pixels, size, isFirstPass);
      for (const position of peeled) pixels[position] = 0;
      if (peeled.length > 0) isChanging = true;
    }
  }
  return pixels;
}

/** Pixels that may go without breaking a line or shortening its end. */
function borderPixels(pixels: Uint8Array, size: number, isFirstPass: boolean): number[] {
  const peeled: number[] = [];
  for (const [position, value] of pixels.entries()) {
    if (value === 0) continue;
    const p = AROUND.map(([dx, dy]) => pixels[position + dy * size + dx] ?? 0);
    const count = p.reduce((sum, neighbour) => sum + neighbour, 0);
    const rises = p.filter((neighbour, i) => neighbour === 0 && p[(i + 1) % 8] === 1).length;
    if (count < 2 || count > 6 || rises !== 1) continue;
    const [north, , east, , south, , west] = p;
    const isPeelable = isFirstPass
      ? !(north && east && south) && !(east && south && west)
      : !(north && east && west) && !(north && south && west);
    if (isPeelable) peeled.push(position);
  }
  return peeled;
}
