/** An image as text: two rows of pixels to a line, by half blocks. */
import type { RawImage } from '@convnet/mnist-io/node';

/** Pixels darker than this many of 255 are left blank. */
const VISIBLE = 96;

/** Brightness of red, green and blue (ITU-R BT.601), as grey as they are to the eye. */
const luma = (red: number, green: number, blue: number): number =>
  (299 * red + 587 * green + 114 * blue) / 1000;

/** Half as many lines as the image has rows. */
export function blockPreview({ height, width, channels, pixels }: RawImage): string[] {
  const glyphs = [' ', '▄', '▀', '█'];
  const isVisible = (row: number, x: number): boolean => {
    if (row >= height) return false;
    const at = (row * width + x) * channels;
    const brightness =
      channels >= 3 ? luma(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!) : pixels[at]!;
    return brightness >= VISIBLE;
  };
  return Array.from({ length: Math.ceil(height / 2) }, (_, line) =>
    Array.from({ length: width }, (_, x) => {
      const upper = isVisible(2 * line, x) ? 2 : 0;
      const lower = isVisible(2 * line + 1, x) ? 1 : 0;
      return glyphs[upper + lower]!;
    }).join(''),
  );
}
