/** A 28 × 28 image as text: two rows of pixels to a line, by half blocks. */

/** Pixels darker than this many of 255 are left blank. */
const VISIBLE = 96;

/** Fourteen lines of 28 characters. */
export function digitPreview(pixels: Uint8Array): string[] {
  const glyphs = [' ', '▄', '▀', '█'];
  return Array.from({ length: 14 }, (_, line) =>
    Array.from({ length: 28 }, (_, x) => {
      const upper = pixels[2 * line * 28 + x]! >= VISIBLE ? 2 : 0;
      const lower = pixels[(2 * line + 1) * 28 + x]! >= VISIBLE ? 1 : 0;
      return glyphs[upper + lower]!;
    }).join(''),
  );
}
